import { CreateTaskResultSchema } from '@modelcontextprotocol/sdk/experimental/tasks';
import { CallToolResultSchema, ResultSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Session } from './session.js';

const text = 'demo://resource/dynamic/text/1';

async function readOnlyTools(session: Session): Promise<void> {
  await session.call('echo', { message: 'grüße, 你好 🙂 "quoted" \u2028 end' });
  await session.call('get-sum', { a: 0.1, b: 0.2 });
  for (const messageType of ['error', 'success', 'debug']) {
    await session.call('get-annotated-message', { messageType, includeImage: true });
  }
  await session.call('get-env');
  await session.call('get-resource-links', { count: 4 });
  for (const resourceType of ['Text', 'Blob']) {
    await session.call('get-resource-reference', { resourceType, resourceId: 3 });
  }
  await session.call('get-structured-content', { location: 'Chicago' });
  await session.call('get-tiny-image');
  const data = `data:text/plain,${'hello'.repeat(50)}`;
  await session.call('gzip-file-as-resource', { name: 'a.gz', data, outputType: 'resourceLink' });
  await session.client.readResource({ uri: 'demo://resource/session/a.gz' });
  await session.call('gzip-file-as-resource', { name: 'b.gz', data, outputType: 'resource' });
}

async function serverAsksClient(session: Session): Promise<void> {
  await session.call('get-roots-list');
  session.roots = [...session.roots, { uri: 'file:///elsewhere' }];
  await session.client.sendRootsListChanged();
  await session.recorder.seen('roots/list');
  await session.recorder.seen('notifications/message');
  await session.call('get-roots-list');
  await session.call('trigger-sampling-request', { prompt: 'say something', maxTokens: 20 });
  await session.call('trigger-sampling-request-async', { prompt: 'say it later' });
  await session.call('trigger-elicitation-request');
  await session.call('trigger-elicitation-request-async');
  const url = 'https://example.com/approve';
  await session.call('trigger-url-elicitation', { url, elicitationId: 'e-1' });
  // The server throws -32042, which its SDK lets through as a JSON-RPC error.
  await session.fails(session.call('trigger-url-elicitation', { url, errorPath: true }));
}

async function research(session: Session, topic: string, ambiguous: boolean): Promise<void> {
  const { client } = session;
  const params = { name: 'simulate-research-query', arguments: { topic, ambiguous }, task: {} };
  const { task } = await client.request({ method: 'tools/call', params }, CreateTaskResultSchema);
  await client.experimental.tasks.getTaskResult(task.taskId, CallToolResultSchema);
  // Asked when it is over: what a running task says depends on the moment.
  await client.experimental.tasks.getTask(task.taskId);
}

async function notifications(session: Session): Promise<void> {
  const { client, recorder } = session;
  const name = 'trigger-long-running-operation';
  await client.callTool({ name, arguments: { duration: 0.03, steps: 3 } }, undefined, {
    onprogress: () => {},
  });
  const giveUp = new AbortController();
  const long = client.callTool({ name, arguments: { duration: 0.2, steps: 1 } }, undefined, {
    signal: giveUp.signal,
  });
  giveUp.abort('no longer wanted');
  await session.fails(long);

  await client.setLoggingLevel('debug');
  await session.call('toggle-simulated-logging');
  await recorder.seen('notifications/message');
  await session.call('toggle-simulated-logging');

  await client.subscribeResource({ uri: text });
  await session.call('toggle-subscriber-updates');
  await recorder.seen('notifications/resources/updated');
  await session.call('toggle-subscriber-updates');
  await client.unsubscribeResource({ uri: text });
}

async function resourcesAndPrompts({ client }: Session): Promise<void> {
  const { resources } = await client.listResources();
  await client.listResourceTemplates();
  for (const { uri } of resources) await client.readResource({ uri });
  await client.readResource({ uri: text });
  await client.readResource({ uri: 'demo://resource/dynamic/blob/2' });

  await client.listPrompts();
  await client.getPrompt({ name: 'simple-prompt' });
  await client.getPrompt({ name: 'args-prompt', arguments: { city: 'Köln', state: 'NRW' } });
  const team = { department: 'Sales', name: 'Eve' };
  await client.getPrompt({ name: 'completable-prompt', arguments: team });
  for (const resourceType of ['Text', 'Blob']) {
    const wanted = { resourceType, resourceId: '5' };
    await client.getPrompt({ name: 'resource-prompt', arguments: wanted });
  }

  const ref = { type: 'ref/prompt', name: 'completable-prompt' } as const;
  await client.complete({ ref, argument: { name: 'department', value: 'S' } });
  const context = { arguments: { department: 'Sales' } };
  await client.complete({ ref, argument: { name: 'name', value: '' }, context });
  const template = {
    type: 'ref/resource',
    uri: 'demo://resource/dynamic/text/{resourceId}',
  } as const;
  await client.complete({ ref: template, argument: { name: 'resourceId', value: '12' } });
}

async function errors(session: Session): Promise<void> {
  const { client } = session;
  // The server's SDK answers some of these as results with isError, some as errors.
  await session.call('no-such-tool');
  await session.call('get-sum', { a: 'one' });
  await session.fails(client.readResource({ uri: 'demo://nowhere' }));
  await session.fails(client.getPrompt({ name: 'no-such-prompt' }));
  await session.fails(client.request({ method: 'no/such/method' } as never, ResultSchema));
}

/** Everything that server-everything offers. */
export async function everything(session: Session): Promise<void> {
  // The server asks for roots a moment after the start and says so; before that the order of messages is open.
  await session.recorder.seen('roots/list');
  await session.recorder.seen('notifications/message');
  await session.client.ping();
  await session.client.listTools();
  await readOnlyTools(session);
  await serverAsksClient(session);
  await research(session, 'lamps', false);
  await research(session, 'python', true);
  await session.client.experimental.tasks.listTasks();
  await notifications(session);
  await resourcesAndPrompts(session);
  await errors(session);
}
