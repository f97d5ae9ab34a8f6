import { describe, expect, it } from 'vitest';
import { clientRunKey, runKey } from '../../src/proxy/run-key.js';
import type { Via } from '../../src/transport/transport.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

function via(sender: Partial<Pick<Via, 'session' | 'runName' | 'connection'>>): Via {
  const nothing = (): void => {};
  const base = { session: undefined, runName: undefined, connection: '9', isResumed: false };
  const heard = { expect: nothing, settled: nothing, refused: nothing, malformed: nothing };
  return { ...base, ...heard, ...sender };
}

const meta = (traceparent: unknown): Record<string, unknown> => ({ traceparent });
const traceparent = `00-${TRACE}-b7ad6b7169203331-01`;

describe('runKey', () => {
  it('knows one run on a pipe, whatever a call names', () => {
    expect(runKey(undefined, meta(traceparent))).toBe(runKey(undefined, {}));
  });

  it.each<[string, Via, Record<string, unknown>, string]>([
    ['the connection', via({}), {}, 'connection 9'],
    ['the trace', via({}), meta(traceparent), `trace ${TRACE}`],
    ['the session', via({ session: 's' }), {}, 'session s'],
    ['the session before the trace', via({ session: 's' }), meta(traceparent), 'session s'],
    ['the header before the session', via({ session: 's', runName: 'r' }), {}, 'header r'],
    ['the header before the trace', via({ runName: 'r' }), meta(traceparent), 'header r'],
  ])('goes by %s', (_, sender, said, key) => {
    expect(runKey(sender, said)).toBe(key);
  });

  it('takes two calls of one trace for one run, whichever span they are of', () => {
    const other = `00-${TRACE}-00f067aa0ba902b7-00`;
    expect(runKey(via({}), meta(other))).toBe(runKey(via({ connection: '1' }), meta(traceparent)));
  });

  it.each([
    ['of zeros, which W3C Trace Context forbids', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['in capitals, which it forbids too', `00-${TRACE.toUpperCase()}-b7ad6b7169203331-01`],
    ['that is too short', `00-${TRACE.slice(1)}-b7ad6b7169203331-01`],
    ['that is too long', `00-${TRACE}0-b7ad6b7169203331-01`],
    ['without its other parts', TRACE],
    ['that is empty', ''],
    ['that is a number', 1],
    ['that is an object', { toString: () => traceparent }],
    ['that is missing', undefined],
  ])('takes no trace id %s', (_, value) => {
    expect(runKey(via({}), meta(value))).toBe('connection 9');
  });

  it('takes a trace id of a later version, whose first parts are the same', () => {
    expect(runKey(via({}), meta(`01-${TRACE}-b7ad6b7169203331-01-more`))).toBe(`trace ${TRACE}`);
  });

  it('cannot be led into the run of another kind by a name that looks like it', () => {
    const keys = [
      runKey(via({ runName: 's' }), {}),
      runKey(via({ session: 's' }), {}),
      runKey(via({ connection: 's' }), {}),
      runKey(via({ runName: 'session s' }), {}),
    ];
    expect(new Set(keys).size).toBe(4);
  });

  it('ends with the client what began with it', () => {
    for (const sender of [via({ session: 's' }), via({})]) {
      expect(clientRunKey(sender)).toBe(runKey(sender, {}));
    }
  });
});
