import type { Session } from './session.js';

const uri = 'memory://knowledge-graph';

/** Every tool of server-memory, and its resource with subscription. */
export async function memory(session: Session): Promise<void> {
  const { client } = session;
  await client.listTools();
  await client.listResources();
  await client.subscribeResource({ uri });
  const person = (name: string) => ({ name, entityType: 'person', observations: ['writes é 🙂'] });
  await session.call('create_entities', {
    entities: [person('Ada'), person('Max'), person('Eva')],
  });
  const knows = { from: 'Ada', to: 'Max', relationType: 'knows' };
  await session.call('create_relations', { relations: [knows, { ...knows, to: 'Eva' }] });
  const contents = ['plays chess', 'reads'];
  await session.call('add_observations', { observations: [{ entityName: 'Ada', contents }] });
  await session.call('add_observations', { observations: [{ entityName: 'Nobody', contents }] });
  await session.call('read_graph');
  await session.call('search_nodes', { query: 'chess' });
  await session.call('open_nodes', { names: ['Ada', 'Max'] });
  const deletions = [{ entityName: 'Ada', observations: ['reads'] }];
  await session.call('delete_observations', { deletions });
  await session.call('delete_relations', { relations: [knows] });
  await client.unsubscribeResource({ uri });
  await session.call('delete_entities', { entityNames: ['Eva'] });
  await session.call('read_graph');
  await client.readResource({ uri });
}
