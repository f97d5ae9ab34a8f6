import { z } from 'zod';
import { proxyShape } from '../config/schema.js';
import { path, switchOrPath } from '../config/value-kinds.js';
import { limitsShape } from './limits.js';

const isConfig = (value: unknown): boolean =>
  value === false || (typeof value === 'string' && value !== '');

/** The options of a run, in the spelling of `fuze.toml`. */
export const runShape = { ...limitsShape, trace: switchOrPath, ledger: switchOrPath };

/** Those of an engine; they are the defaults of its runs. */
export const engineShape = {
  ...runShape,
  name: z.string('a name').min(1, 'a name').optional(),
  config: z
    .custom<string | false>(isConfig, 'the path of a fuze.toml, or false for none')
    .optional(),
  state_dir: path,
  run_idle: proxyShape.run_idle,
  on_notice: z.custom((value) => typeof value === 'function', 'a function of a text').optional(),
};
