export { type CallContext, currentCall } from './library/call-context.js';
export {
  BudgetExceeded,
  CallError,
  CallLimitExceeded,
  GuardFault,
  GuardTimeout,
  LoopDetected,
  RateLimited,
  ResultNotRecorded,
  RunEnded,
  RunKilled,
  SideEffectUnknown,
  SideEffectUnrecordable,
  ToolUnavailable,
} from './library/call-errors.js';
export { RollbackIncomplete, type RollbackReport } from './library/compensations.js';
export { createEngine, createRun, guard } from './library/default-engine.js';
export type { Engine } from './library/engine.js';
export { ConfigurationError, type ErrorDetails, FuzeError } from './library/fuze-error.js';
export type {
  Duration,
  EngineOptions,
  GuardOptions,
  LoopOptions,
  RecordOptions,
  RunLimits,
  RunOptions,
  StandaloneOptions,
} from './library/options.js';
export type { Guarded, Run, RunStatus } from './library/run.js';
