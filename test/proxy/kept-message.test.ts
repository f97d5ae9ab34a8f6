import { expect, test } from 'vitest';
import type { CallMessage } from '../../src/jsonrpc/client-message.js';
import { MessageKeeper } from '../../src/proxy/kept-message.js';

const VERSION = 'io.modelcontextprotocol/protocolVersion';
const MEBIBYTE = 1 << 20;

function message(argsBytes = 16, meta: CallMessage['meta'] = {}): CallMessage {
  return {
    kind: 'call',
    id: undefined,
    tool: 'search',
    args: { query: 'lamp' },
    argsBytes,
    meta,
    round: undefined,
    asTask: false,
    canonicalArgs: undefined,
    ambiguousArgs: () => false,
  };
}

test('arguments are held for calls of 8 MiB together, and not one byte more', () => {
  const keeper = new MessageKeeper(true);
  const first = keeper.keep(message(7 * MEBIBYTE));
  expect(first.args).toEqual({ query: 'lamp' });
  expect(keeper.keep(message(MEBIBYTE + 1)).args).toBeUndefined();
  expect(keeper.keep(message(MEBIBYTE)).args).toEqual({ query: 'lamp' });
  expect(keeper.keep(message(1)).args).toBeUndefined();
  keeper.letGo(first);
  expect(keeper.keep(message(7 * MEBIBYTE)).args).toEqual({ query: 'lamp' });
  expect(keeper.keep(message(1)).args).toBeUndefined();
});

test('a message whose arguments are not held gives nothing back', () => {
  const keeper = new MessageKeeper(true);
  const tooLarge = keeper.keep(message(8 * MEBIBYTE + 1));
  keeper.letGo(tooLarge);
  expect(keeper.keep(message(8 * MEBIBYTE + 1)).args).toBeUndefined();
});

test('where no record shows arguments none are held', () => {
  expect(new MessageKeeper(false).keep(message(1)).args).toBeUndefined();
});

test('of _meta only what an answer of fuze needs is held', () => {
  const keeper = new MessageKeeper(true);
  const meta = { progressToken: 1, ballast: 'x'.repeat(1_000) };
  expect(keeper.keep(message(1, meta)).meta).toEqual({});
  expect(keeper.keep(message(1, { ...meta, [VERSION]: '2026-07-28' })).meta).toEqual({
    [VERSION]: '2026-07-28',
  });
  expect(keeper.keep(message(1, { [VERSION]: { of: 'x' } })).meta).toEqual({});
  expect(keeper.keep(message(1, { [VERSION]: '2'.repeat(99) })).meta).toEqual({
    [VERSION]: '2'.repeat(40),
  });
});
