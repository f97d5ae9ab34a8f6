import { kind, optional } from '../config/kind.js';
import { proxyShape } from '../config/schema.js';
import { name, path, switchOrPath } from '../config/value-kinds.js';
import { limitsShape } from './limits.js';

const config = kind(
  'the path of a fuze.toml, or false for none',
  (value): string | false | undefined =>
    value === false || (typeof value === 'string' && value !== '') ? value : undefined,
);

const notice = kind('a function of a text', (value) =>
  typeof value === 'function' ? value : undefined,
);

/** The options of a run, in the spelling of `fuze.toml`. */
export const runShape = { ...limitsShape, trace: switchOrPath, ledger: switchOrPath };

/** Those of an engine; they are the defaults of its runs. */
export const engineShape = {
  ...runShape,
  name,
  config: optional(config),
  state_dir: path,
  run_idle: proxyShape.run_idle,
  on_notice: optional(notice),
};
