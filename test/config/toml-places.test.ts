import { expect, it } from 'vitest';
import { walkToml } from '../../src/config/toml-places.js';

const TEXT = `\uFEFF# [no]\r
top = 'a # b' # comment\r
[servers."a b"]  # c\r
args = [ "x", [1], { y = 2 } ,\r
  '''z''' ]\r
env = { A = "1" , B.c = true }\r
[[list]]\r
n = 1979-05-27 07:32:00Z \r
`;

it('finds tables, pairs and elements with their exact text, in their order', () => {
  const found = walkToml(TEXT).places.map(({ kind, path, start, value, end }) => [
    kind,
    path.join('/'),
    TEXT.slice(start, value),
    TEXT.slice(value, end),
  ]);
  const array = TEXT.slice(TEXT.indexOf('[ "x"'), TEXT.indexOf('\r\nenv'));
  expect(found).toEqual([
    ['pair', 'top', 'top = ', "'a # b'"],
    ['table', 'servers/a b', '', '[servers."a b"]'],
    ['pair', 'servers/a b/args', 'args = ', array],
    ['element', 'servers/a b/args/0', '', '"x"'],
    ['element', 'servers/a b/args/1', '', '[1]'],
    ['element', 'servers/a b/args/1/0', '', '1'],
    ['element', 'servers/a b/args/2', '', '{ y = 2 }'],
    ['pair', 'servers/a b/args/2/y', 'y = ', '2'],
    ['element', 'servers/a b/args/3', '', "'''z'''"],
    ['pair', 'servers/a b/env', 'env = ', '{ A = "1" , B.c = true }'],
    ['pair', 'servers/a b/env/A', 'A = ', '"1"'],
    ['pair', 'servers/a b/env/B/c', 'B.c = ', 'true'],
    ['table', 'list/0', '', '[[list]]'],
    ['pair', 'list/0/n', 'n = ', '1979-05-27 07:32:00Z'],
  ]);
});
