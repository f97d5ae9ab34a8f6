import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  isInitializeRequest,
  LoggingMessageNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { type Address, CLIENT, type SdkClient, spawnOptions } from './sdk-client.js';

function transportTo(address: Address): Transport {
  switch (address.way) {
    case 'stdio':
      return new StdioClientTransport(spawnOptions(address));
    case 'http':
      return new StreamableHTTPClientTransport(address.url);
    case 'sse':
      return new SSEClientTransport(address.url);
  }
}

/** The SDK 1.x always asks for its newest revision: the handshake is changed on its way out. */
function pin(transport: Transport, revision: string): void {
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    if (!isInitializeRequest(message)) return send(message, options);
    const params = { ...message.params, protocolVersion: revision };
    return send({ ...message, params }, options);
  };
}

/** Connects a client of the SDK 1.x that asks for `revision`. */
export async function connectFirst(address: Address, revision: string): Promise<SdkClient> {
  const heard: unknown[] = [];
  const client = new Client(CLIENT.info, { capabilities: CLIENT.capabilities });
  client.setRequestHandler(ElicitRequestSchema, () => CLIENT.user);
  client.setRequestHandler(CreateMessageRequestSchema, () => CLIENT.model);
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
    heard.push(params);
  });
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    heard.push('changed');
  });
  const transport = transportTo(address);
  pin(transport, revision);
  let agreed: string | undefined;
  const tell = transport.setProtocolVersion?.bind(transport);
  transport.setProtocolVersion = (version) => {
    agreed = version;
    tell?.(version);
  };
  await client.connect(transport);
  return {
    revision: agreed,
    heard,
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, args = {}, { onProgress, signal, meta } = {}) =>
      client.callTool({ name, arguments: args, ...(meta && { _meta: meta }) }, undefined, {
        ...(onProgress && { onprogress: ({ progress }) => onProgress(progress) }),
        ...(signal && { signal }),
      }),
    listen: () => Promise.resolve(),
    close: async () => {
      if (transport instanceof StreamableHTTPClientTransport) await transport.terminateSession();
      await client.close();
    },
  };
}
