import {
  DEFAULTS,
  LOOP_DEFAULTS,
  PROXY_DEFAULTS,
  PROXY_ONLY_DEFAULTS,
} from '../config/defaults.js';
import { formatDuration } from '../config/duration.js';
import { microsToUsd } from '../config/money.js';
import { formatKey } from '../config/problems.js';
import type { FileSettings } from '../config/schema.js';

type Values = Readonly<Record<string, unknown>>;

const MONEY = /cost|^(?:input|output)$/;
const NOT_MONEY = new Set(['cost_velocity_window']);
const DURATION = new Set(['timeout', 'run_idle', 'session_idle', 'error_cooldown', 'dedupe']);

/** A value as `fuze.toml` writes it, but for secrets, which are not shown. */
function written(key: string, value: unknown): string {
  if (key === 'token') return value === '' ? '""' : '(set)';
  if (typeof value === 'number' && MONEY.test(key) && !NOT_MONEY.has(key)) {
    return String(microsToUsd(value));
  }
  if (typeof value === 'number' && DURATION.has(key)) return `"${formatDuration(value)}"`;
  return JSON.stringify(value);
}

function changedIn(path: readonly string[], values: Values, defaults: Values): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const found = written(key, value);
    const usual = defaults[key];
    const usually = usual === undefined ? undefined : written(key, usual);
    if (found === usually) return [];
    const note = usually === undefined ? '' : ` (default ${usually})`;
    return [`${formatKey([...path, key])} = ${found}${note}`];
  });
}

/** Each setting of a file that differs from the default, with the default where there is one. */
export function changedSettings(values: FileSettings): string[] {
  const { tools, ...proxy } = values.proxy ?? {};
  return [
    ...changedIn(['defaults'], values.defaults ?? {}, DEFAULTS),
    ...changedIn(['loop_detection'], values.loop_detection ?? {}, LOOP_DEFAULTS),
    ...changedIn(['proxy'], proxy, { ...DEFAULTS, ...PROXY_ONLY_DEFAULTS, ...PROXY_DEFAULTS }),
    ...[...(tools ?? [])].flatMap(([name, tool]) => changedIn(['proxy', 'tools', name], tool, {})),
    ...changedIn(['trip'], values.trip ?? {}, { log: '' }),
    ...[...(values.providers ?? [])].flatMap(([name, price]) =>
      changedIn(['providers', name], price, {}),
    ),
  ];
}
