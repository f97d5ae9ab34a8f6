import type { ToolSection } from './schema.js';
import type { OnLoop, ToolSettings } from './settings.js';

/** The general settings that hold where a tool's section is silent. */
export interface GeneralToolSettings {
  readonly timeout: number;
  readonly onLoop: OnLoop;
  readonly ignoreArgs: readonly string[];
}

function resolveTool(section: ToolSection, general: GeneralToolSettings): ToolSettings {
  return Object.freeze({
    estimatedCost: section.estimated_cost ?? 0,
    sideEffect: section.side_effect ?? false,
    dedupe: section.dedupe ?? 'run',
    idempotencyArgs: section.idempotency_args,
    maxCallsPerRun: section.max_calls_per_run,
    // The general max_calls_per_minute counts all tools together, so it is not this one's default.
    maxCallsPerMinute: section.max_calls_per_minute ?? 0,
    timeout: section.timeout ?? general.timeout,
    onLoop: section.on_loop ?? general.onLoop,
    ignoreArgs: section.ignore_args ?? general.ignoreArgs,
    loopChecks: section.loop_checks ?? true,
  });
}

/**
 * Settings of a tool by its name: its own section, else `"*"`, else the general ones.
 * All are made here, once, so that a call costs one look into a Map, which no name such as `__proto__` can fool.
 */
export function resolveTools(
  sections: ReadonlyMap<string, ToolSection>,
  general: GeneralToolSettings,
): (name: string) => ToolSettings {
  const others = resolveTool(sections.get('*') ?? {}, general);
  const own = new Map<string, ToolSettings>();
  for (const [name, section] of sections) {
    if (name !== '*') own.set(name, resolveTool(section, general));
  }
  return (name) => own.get(name) ?? others;
}
