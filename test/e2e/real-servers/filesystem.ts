import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from './session.js';

const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Every tool of server-filesystem, on a small tree. */
export async function filesystem(session: Session): Promise<void> {
  const at = (...parts: string[]): string => join(session.folder, ...parts);
  mkdirSync(at('notes'));
  writeFileSync(at('notes', 'a.txt'), 'one\ntwo\nthree\nüñí 🙂\n');
  writeFileSync(at('notes', 'b.md'), '# b\n');
  writeFileSync(at('pixel.png'), Buffer.from(pixel, 'base64'));
  symlinkSync('/', at('outside'));

  await session.recorder.seen('roots/list');
  await session.client.listTools();
  await session.call('list_allowed_directories');
  await session.call('read_file', { path: at('notes', 'a.txt') });
  await session.call('read_text_file', { path: at('notes', 'a.txt'), head: 2 });
  await session.call('read_text_file', { path: at('notes', 'a.txt'), tail: 1 });
  await session.call('read_media_file', { path: at('pixel.png') });
  const paths = [at('notes', 'a.txt'), at('notes', 'b.md'), at('missing')];
  await session.call('read_multiple_files', { paths });
  await session.call('create_directory', { path: at('new', 'deep') });
  await session.call('write_file', {
    path: at('new', 'c.txt'),
    content: 'alpha\nbeta\r\n\u0000\n',
  });
  const edits = [{ oldText: 'two', newText: 'zwei' }];
  await session.call('edit_file', { path: at('notes', 'a.txt'), edits, dryRun: true });
  await session.call('edit_file', { path: at('notes', 'a.txt'), edits });
  await session.call('move_file', { source: at('new', 'c.txt'), destination: at('new', 'd.txt') });
  await session.call('list_directory', { path: session.folder });
  await session.call('list_directory_with_sizes', { path: at('notes'), sortBy: 'size' });
  await session.call('directory_tree', { path: session.folder, excludePatterns: ['*.png'] });
  await session.call('search_files', { path: session.folder, pattern: '**/*.txt' });
  await session.call('get_file_info', { path: at('notes', 'a.txt') });
  // Refused by the server itself.
  await session.call('read_file', { path: at('outside', 'etc', 'hostname') });
  await session.call('read_file', { path: at('missing') });

  session.roots = [{ uri: `file://${at('notes')}` }];
  await session.client.sendRootsListChanged();
  await session.recorder.seen('roots/list');
}
