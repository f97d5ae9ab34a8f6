import { describe, expect, it } from 'vitest';
import { paramHeadersOf, readParamHeaders } from '../../src/transport/param-headers.js';

type Schema = Readonly<Record<string, unknown>>;

const region: Schema = { type: 'string', 'x-mcp-header': 'Region' };
const toolOf = (properties: Schema, more: Schema = {}): unknown => ({
  name: 'query',
  inputSchema: { type: 'object', properties, ...more },
});
const nested = (depth: number, schema: Schema): Schema => {
  let inner = schema;
  for (let count = 0; count < depth; count += 1) inner = { properties: { a: inner } };
  return inner;
};

describe('paramHeadersOf', () => {
  it('finds annotated properties at any depth', () => {
    const options = {
      type: 'object',
      properties: { dry: { type: 'boolean', 'x-mcp-header': 'Dry' } },
    };
    const size = { type: 'integer', 'x-mcp-header': 'Size' };
    expect(paramHeadersOf(toolOf({ region, query: { type: 'string' }, size, options }))).toEqual(
      expect.arrayContaining([
        { header: 'Mcp-Param-Region', path: ['region'] },
        { header: 'Mcp-Param-Size', path: ['size'] },
        { header: 'Mcp-Param-Dry', path: ['options', 'dry'] },
      ]),
    );
  });

  it.each([
    undefined,
    null,
    'tool',
    {},
    { inputSchema: true },
    { inputSchema: { properties: [] } },
  ])('finds none in %j', (tool) => {
    expect(paramHeadersOf(tool)).toEqual([]);
  });

  it('takes a property named like the annotation, and examples that look like one, for what they are', () => {
    const odd = { 'x-mcp-header': { type: 'string' }, other: { default: region, enum: [region] } };
    expect(paramHeadersOf(toolOf(odd))).toEqual([]);
  });

  // MCP 2026-07-28, Streamable HTTP, "Schema Extension", and the suite's http-invalid-tool-headers.
  it.each<[string, unknown]>([
    ['an empty name', toolOf({ a: { ...region, 'x-mcp-header': '' } })],
    ['a space in the name', toolOf({ a: { ...region, 'x-mcp-header': 'My Region' } })],
    ['a colon in the name', toolOf({ a: { ...region, 'x-mcp-header': 'Region:Primary' } })],
    ['a name beyond ASCII', toolOf({ a: { ...region, 'x-mcp-header': 'Région' } })],
    ['a control character', toolOf({ a: { ...region, 'x-mcp-header': 'Region\t1' } })],
    ['a name with a line end', toolOf({ a: { ...region, 'x-mcp-header': 'Region\n' } })],
    ['a name that is no text', toolOf({ a: { ...region, 'x-mcp-header': [['x']] } })],
    ['an object', toolOf({ a: { ...region, type: 'object' } })],
    ['an array', toolOf({ a: { ...region, type: 'array' } })],
    ['null', toolOf({ a: { ...region, type: 'null' } })],
    ['a number', toolOf({ a: { ...region, type: 'number' } })],
    ['several types', toolOf({ a: { ...region, type: ['string', 'null'] } })],
    ['no type', toolOf({ a: { 'x-mcp-header': 'Region' } })],
    ['the same name twice', toolOf({ a: region, b: region })],
    [
      'the same name in another case',
      toolOf({ a: region, b: { ...region, 'x-mcp-header': 'rEGION' } }),
    ],
    ['the root', toolOf({}, region)],
    ['items', toolOf({ a: { type: 'array', items: { properties: { b: region } } } })],
    ['anyOf', toolOf({ a: { anyOf: [{ type: 'null' }, region] } })],
    ['if', toolOf({}, { if: { properties: { a: region } } })],
    ['a definition', toolOf({ a: { $ref: '#/$defs/a' } }, { $defs: { a: region } })],
    ['additionalProperties', toolOf({}, { additionalProperties: region })],
  ])('gives a tool up that has an annotation at or with %s', (_, tool) => {
    expect(paramHeadersOf(tool)).toBeUndefined();
  });

  it('tells what is wrong, for the log', () => {
    expect(
      readParamHeaders(toolOf({ a: { properties: { b: { ...region, type: 'number' } } } })),
    ).toEqual({
      fault: 'x-mcp-header at a.b: its type is "number", not "string", "integer" or "boolean"',
    });
    expect(readParamHeaders(toolOf({ a: region, b: region }))).toEqual({
      fault: 'x-mcp-header "Region" stands twice',
    });
  });

  it('stands a schema of any depth and width', () => {
    expect(paramHeadersOf({ inputSchema: nested(256, region) })).toHaveLength(1);
    expect(paramHeadersOf({ inputSchema: nested(257, region) })).toBeUndefined();
    expect(paramHeadersOf({ inputSchema: nested(300_000, {}) })).toEqual([]);
    const many = Array.from({ length: 300_000 }, (_, index) => [`p${index}`, {}] as const);
    expect(paramHeadersOf(toolOf({ ...Object.fromEntries(many), region }))).toHaveLength(1);
  });
});
