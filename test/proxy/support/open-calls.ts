import { canonicalJson, sha256Hex } from '../../../src/evidence/canonical.js';
import { SecretNames } from '../../../src/evidence/secret-names.js';
import type { Run } from '../../../src/guard/run.js';
import type { CallMessage } from '../../../src/jsonrpc/client-message.js';
import { sha256 } from '../../../src/proxy/answer-digest.js';
import { CallSettler } from '../../../src/proxy/call-settler.js';
import { MessageKeeper } from '../../../src/proxy/kept-message.js';
import type { Log } from '../../../src/proxy/log.js';
import type { OpenCall } from '../../../src/proxy/open-call.js';
import { Recorder } from '../../../src/proxy/recorder.js';

const nothing = (): void => {};
export const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
export const hash = (value: unknown): string => sha256Hex(canonicalJson(value));

/** A settler whose records go nowhere; what it did is seen in the runs. */
export function settler(): CallSettler {
  const recorder = new Recorder({
    trace: undefined,
    capture: 'hash',
    secrets: new SecretNames([]),
    log: silent,
    verbose: false,
    now: () => 0,
    hash,
    observer: undefined,
    shadow: false,
    hints: () => ({ readOnly: false, destructive: false }),
  });
  return new CallSettler(
    recorder,
    () => ({}),
    sha256,
    () => {},
  );
}

/** Admits a call, as if it had been forwarded. */
export function openCall(run: Run, message: CallMessage): OpenCall {
  const { tool, args } = message;
  const decision = run.admit({ tool, args });
  if (decision.action !== 'allow' && decision.action !== 'warn') {
    throw new Error(`not admitted: ${decision.action}`);
  }
  return {
    message: new MessageKeeper(false).keep(message),
    run,
    runKey: '',
    decision,
    arrivedAt: 0,
    round: { number: 1, state: undefined },
  };
}
