import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { type Address, CLIENT, MODERN, type SdkClient, spawnOptions } from './sdk-client.js';

/** In place of a revision: the client finds out what the server speaks. */
export const FOUND_OUT = 'found out';

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

/** Connects a client of the SDK 2.x that asks for `revision`, or finds out what the server speaks. Before 2026-07-28 nothing is probed. */
export async function connectSecond(address: Address, revision: string): Promise<SdkClient> {
  const heard: unknown[] = [];
  const isProbing = revision === FOUND_OUT || revision === MODERN;
  const mode = revision === FOUND_OUT ? ('auto' as const) : { pin: revision };
  const client = new Client(CLIENT.info, {
    capabilities: CLIENT.capabilities,
    ...(isProbing ? { versionNegotiation: { mode } } : { supportedProtocolVersions: [revision] }),
  });
  client.setRequestHandler('elicitation/create', () => CLIENT.user);
  client.setRequestHandler('sampling/createMessage', () => CLIENT.model);
  client.setNotificationHandler('notifications/message', ({ params }) => void heard.push(params));
  client.setNotificationHandler(
    'notifications/tools/list_changed',
    () => void heard.push('changed'),
  );
  const transport = transportTo(address);
  await client.connect(transport);
  return {
    revision: client.getNegotiatedProtocolVersion(),
    heard,
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, args = {}, { onProgress, signal, meta } = {}) =>
      client.callTool(
        { name, arguments: args, ...(meta && { _meta: meta }) },
        {
          ...(onProgress && { onprogress: ({ progress }) => onProgress(progress) }),
          ...(signal && { signal }),
        },
      ),
    listen: async () => {
      if (client.getProtocolEra() === 'modern') await client.listen({ toolsListChanged: true });
    },
    close: async () => {
      if (transport instanceof StreamableHTTPClientTransport) await transport.terminateSession();
      await client.close();
    },
  };
}
