import { resolveSettings } from '../../../src/config/resolve.js';
import type { Settings } from '../../../src/config/settings.js';
import { parseTomlText } from '../../../src/config/toml-file.js';
import { type LineReading, readCalls } from '../../../src/simulation/read-calls.js';
import type { RecordedCall } from '../../../src/simulation/recorded-call.js';
import type { CallReport } from '../../../src/simulation/run-report.js';
import { Simulation } from '../../../src/simulation/simulation.js';
import type { Totals } from '../../../src/simulation/totals.js';

/** The proxy's settings with this text as fuze.toml. */
export function settingsOf(toml = ''): Settings {
  const parsed = parseTomlText(toml, 'fuze.toml');
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const file = { path: '/project/fuze.toml', values: parsed.values };
  return resolveSettings({ kind: 'proxy', file, env: {}, flags: {}, cwd: '/', home: '/' });
}

export async function* bytesOf(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

export async function readingsOf(chunks: AsyncIterable<Uint8Array>): Promise<LineReading[]> {
  const readings: LineReading[] = [];
  for await (const reading of readCalls(chunks)) readings.push(reading);
  return readings;
}

/** The one call that this record holds. */
export async function callOf(record: unknown): Promise<RecordedCall> {
  const [reading] = await readingsOf(bytesOf(JSON.stringify(record)));
  if (reading?.kind !== 'call') throw new Error(`not a call: ${JSON.stringify(reading)}`);
  return reading.call;
}

/** Why this record is broken. */
export async function reasonOf(record: unknown): Promise<string> {
  const [reading] = await readingsOf(bytesOf(JSON.stringify(record)));
  if (reading?.kind !== 'broken') throw new Error(`not broken: ${JSON.stringify(record)}`);
  return reading.reason;
}

/** Decides on the records in turn. */
export async function decide(
  records: readonly unknown[],
  { toml, judge = false }: { readonly toml?: string; readonly judge?: boolean } = {},
): Promise<{ readonly calls: CallReport[]; readonly totals: Totals }> {
  const simulation = new Simulation({
    settings: settingsOf(toml),
    judge,
    onProblem: (error) => {
      throw error;
    },
  });
  const calls: CallReport[] = [];
  for (const record of records) calls.push(simulation.decide(await callOf(record)));
  return { calls, totals: simulation.end() };
}

export function actionsOf(calls: readonly CallReport[]): string {
  return calls.map(({ action }) => action).join(' ');
}
