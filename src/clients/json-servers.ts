import {
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { isTable, type ServerEntry } from './server-entry.js';
import { TextProblem } from './text-problem.js';

/** `ValueExpected` as words. */
function reasonOf({ error }: ParseError): string {
  return printParseErrorCode(error)
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
}

/** Parses JSON with comments and trailing commas. Undefined for an empty text; throws a TextProblem. */
export function parseJson(text: string): Node | undefined {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [first] = errors;
  if (first !== undefined)
    throw new TextProblem(`not valid JSON: ${reasonOf(first)}`, first.offset);
  return root;
}

/** The members of an object by name. Throws a TextProblem for a name that is there twice: clients differ in which counts. */
export function membersOf(
  object: Node,
): ReadonlyMap<string, { readonly pair: Node; readonly value: Node }> {
  const members = new Map<string, { pair: Node; value: Node }>();
  for (const pair of object.children ?? []) {
    const [key, value] = pair.children ?? [];
    if (key === undefined || value === undefined) continue;
    const name = String(key.value);
    if (members.has(name)) {
      throw new TextProblem(`${JSON.stringify(name)} is there twice; remove one`, pair.offset);
    }
    members.set(name, { pair, value });
  }
  return members;
}

/** Finds the tables at a path in which `*` is any key. */
function* tablesAt(
  node: Node,
  path: readonly string[],
  at: readonly string[],
): Generator<[readonly string[], Node]> {
  const [step, ...rest] = path;
  if (node.type === 'null') return;
  if (node.type !== 'object') {
    const where = at.length === 0 ? 'the file' : JSON.stringify(at.join('.'));
    throw new TextProblem(`found ${node.type} as ${where}, allowed is an object`, node.offset);
  }
  if (step === undefined) {
    yield [at, node];
    return;
  }
  for (const [name, { value }] of membersOf(node)) {
    // An entry of Claude Code's projects may be anything; only what holds servers is looked at.
    const isLeaf = rest.length > 0 && value.type !== 'object';
    if ((step === '*' || step === name) && !isLeaf) yield* tablesAt(value, rest, [...at, name]);
  }
}

/** The servers of a JSON text, in its order. Throws a TextProblem for a text that cannot be understood. */
export function readJsonServers(
  text: string,
  tables: readonly (readonly string[])[],
): ServerEntry[] {
  const root = parseJson(text);
  if (root === undefined) return [];
  return tables
    .flatMap((path) => [...tablesAt(root, path, [])])
    .flatMap(([at, table]) =>
      [...membersOf(table)].map(([name, { value }]) => {
        if (value.type === 'object') membersOf(value);
        const values: unknown = getNodeValue(value);
        return {
          path: [...at, name],
          values: isTable(values) ? values : undefined,
          span: { start: value.offset, end: value.offset + value.length },
        };
      }),
    );
}
