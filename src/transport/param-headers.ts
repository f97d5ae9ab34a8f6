import { isObject } from '../jsonrpc/is-object.js';

/** An argument of a tool that its calls repeat in a header. */
export interface ParamHeader {
  /** The whole name, such as `Mcp-Param-Region`. */
  readonly header: string;
  /** Where the value stands in `params.arguments`, key by key. */
  readonly path: readonly string[];
}

const ANNOTATION = 'x-mcp-header';
const PREFIX = 'Mcp-Param-';
/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPES: readonly unknown[] = ['string', 'integer', 'boolean'];
/** Keywords that hold a schema, or a list of them, which no chain of `properties` reaches. */
const SCHEMAS = [
  ...['items', 'prefixItems', 'contains', 'unevaluatedItems', 'additionalItems'],
  ...['additionalProperties', 'unevaluatedProperties', 'propertyNames', 'contentSchema'],
  ...['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'],
];
/** Keywords that hold schemas by name. */
const SCHEMA_MAPS = ['$defs', 'definitions', 'patternProperties', 'dependentSchemas'];

/** Deeper ones would cost more to note than any real tool needs. */
const DEEPEST = 256;

interface Place {
  readonly schema: unknown;
  /** The key under which it stands in `above`; empty for the root. */
  readonly key: string;
  readonly above: Place | undefined;
  readonly depth: number;
  /** True when only `properties` lead here. */
  readonly reachable: boolean;
}

/** One after the other and not as a list to spread: a schema may have more parts than a stack has room. */
function* placesBelow(place: Place): Generator<Place> {
  const { schema, depth, reachable } = place;
  if (!isObject(schema)) return;
  const below = (key: string, part: unknown, stillReachable: boolean): Place => ({
    schema: part,
    key,
    above: place,
    depth: depth + 1,
    reachable: stillReachable,
  });
  for (const keyword of ['properties', ...SCHEMA_MAPS]) {
    const map = schema[keyword];
    if (!isObject(map)) continue;
    const stillReachable = reachable && keyword === 'properties';
    for (const key of Object.keys(map)) yield below(key, map[key], stillReachable);
  }
  for (const keyword of SCHEMAS) {
    const parts = schema[keyword];
    if (parts === undefined) continue;
    for (const part of [parts].flat()) yield below(keyword, part, false);
  }
}

function pathOf(place: Place): readonly string[] {
  const path: string[] = [];
  for (let at = place; at.above !== undefined && path.length < DEEPEST; at = at.above) {
    path.push(at.key);
  }
  return path.reverse();
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : `a ${typeof value}`;
}

/** What is wrong with the annotation `name` at this place. */
function faultOf(place: Place, name: unknown, type: unknown): string | undefined {
  const path = pathOf(place).join('.').slice(0, 200);
  const at = `${ANNOTATION} at ${path || 'the root of inputSchema'}`;
  if (typeof name !== 'string' || !TOKEN.test(name)) {
    return `${at} is ${shown(name)}, not the name of a header`;
  }
  if (!place.reachable || place.depth === 0) return `${at} is not reached by properties alone`;
  if (place.depth > DEEPEST) return `${at} stands deeper than ${DEEPEST} properties`;
  if (TYPES.includes(type)) return undefined;
  return `${at}: its type is ${shown(type)}, not "string", "integer" or "boolean"`;
}

/**
 * The annotations of a tool of `tools/list` (MCP 2026-07-28, Streamable HTTP, "Schema Extension"), or what is
 * wrong with them: clients over HTTP must not offer such a tool, and should log the reason.
 */
export function readParamHeaders(tool: unknown): readonly ParamHeader[] | { fault: string } {
  const found = new Map<string, ParamHeader>();
  const root = isObject(tool) ? tool.inputSchema : undefined;
  // A list and no recursion: a schema may be nested deeper than the stack.
  const places: Place[] = [{ schema: root, key: '', above: undefined, depth: 0, reachable: true }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { schema } = place;
    if (isObject(schema) && Object.hasOwn(schema, ANNOTATION)) {
      const name = schema[ANNOTATION];
      const fault = faultOf(place, name, schema.type);
      if (fault !== undefined) return { fault };
      const header = `${PREFIX}${String(name)}`;
      const key = header.toLowerCase();
      if (found.has(key)) return { fault: `${ANNOTATION} "${String(name)}" stands twice` };
      found.set(key, { header, path: pathOf(place) });
    }
    for (const below of placesBelow(place)) places.push(below);
  }
  return [...found.values()];
}

/** The same; undefined for a tool whose annotations break the rules. */
export function paramHeadersOf(tool: unknown): readonly ParamHeader[] | undefined {
  const read = readParamHeaders(tool);
  return 'fault' in read ? undefined : read;
}
