import { describe, expect, it } from 'vitest';
import { parseHeaderFlags } from '../../src/config/request-headers.js';

/** Its dollar is escaped, for it is a text of fuze and no template of this file. */
const variable = (name: string): string => `$\{${name}}`;
const ENV = {
  TOKEN: 's3cret',
  EMPTY: '',
  LINES: 's3cret\r\nX-Evil: 1',
  DOLLAR: variable('TOKEN'),
};

describe('parseHeaderFlags', () => {
  it('reads names and values, without the space around them', () => {
    expect(parseHeaderFlags(['X-Key: a:b ', 'x-key:c', 'Cookie: $5 {x}'], ENV)).toEqual({
      headers: [
        ['X-Key', 'a:b'],
        ['x-key', 'c'],
        ['Cookie', '$5 {x}'],
      ],
      problems: [],
    });
  });

  it('fills variables in, once', () => {
    const { headers, problems } = parseHeaderFlags(
      [
        `Authorization: Bearer ${variable('TOKEN')}`,
        `X: ${variable('TOKEN')}-${variable('DOLLAR')}`,
      ],
      ENV,
    );
    expect(headers).toEqual([
      ['Authorization', 'Bearer s3cret'],
      ['X', `s3cret-${variable('TOKEN')}`],
    ]);
    expect(problems).toEqual([]);
  });

  it.each([
    [`X: ${variable('MISSING')} s3cret`, 'X: the variable MISSING is not set, or empty'],
    [`X: ${variable('EMPTY')}`, 'X: the variable EMPTY is not set, or empty'],
    [
      `X: ${variable('TOKEN:-s3cret')}`,
      'X: between the braces of a variable only its name may stand',
    ],
    ['X: ${s3cret', 'X: a variable lacks its closing brace'],
    ['Bearer s3cret', "it has no colon; write it as 'Name: value'"],
    ['X Y: s3cret', 'what stands before the colon is not the name of a header'],
    ['X : s3cret', 'what stands before the colon is not the name of a header'],
    [': s3cret', 'what stands before the colon is not the name of a header'],
    ['X:', 'X: its value is empty'],
    [`X: ${variable('LINES')}`, 'X: its value has a line end, another control character'],
    ['X: s3cret\u0007', 'X: its value has a line end, another control character'],
    ['X: s3crét', 'X: its value has a line end, another control character or one beyond ASCII'],
    ['Content-Length: 3', 'Content-Length belongs to the connection, which fuze keeps'],
    ['HOST: s3cret', 'HOST belongs to the connection'],
    ['Transfer-Encoding: s3cret', 'Transfer-Encoding belongs to the connection'],
    ['connection: s3cret', 'connection belongs to the connection'],
    ['Proxy-Authorization: s3cret', 'Proxy-Authorization belongs to the connection'],
    ['Mcp-Name: s3cret', 'Mcp-Name is set by fuze, for each message anew'],
    ['mcp-param-region: s3cret', 'mcp-param-region is set by fuze'],
    ['Accept: s3cret', 'Accept is set by fuze'],
  ])('refuses %j, and never says the value', (text, problem) => {
    const { headers, problems } = parseHeaderFlags(['A: 1', text], ENV);
    expect(headers).toEqual([['A', '1']]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`--header (number 2): ${problem}`);
    expect(problems[0]).not.toMatch(/s3cr/);
  });

  it('names every problem at once', () => {
    const both = `X: ${variable('ONE')} ${variable('TWO')}`;
    expect(parseHeaderFlags([both, 'y'], {}).problems).toEqual([
      '--header (number 1): X: the variable ONE is not set, or empty, and the variable TWO is not set, or empty',
      "--header (number 2): it has no colon; write it as 'Name: value'",
    ]);
  });
});
