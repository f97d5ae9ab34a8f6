import { describe, expect, it } from 'vitest';
import { Handshake } from '../../src/transport/handshake.js';
import { readOutgoing } from '../../src/transport/outgoing-message.js';

const INITIALIZE = readOutgoing('{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}');
const INITIALIZED = readOutgoing('{"jsonrpc":"2.0","method":"notifications/initialized"}');
const SUBSCRIBE = readOutgoing('{"jsonrpc":"2.0","id":2,"method":"resources/subscribe"}');
const RESULT = { protocolVersion: '2025-06-18', capabilities: { tools: {}, logging: {} } };

function done(): Handshake {
  const handshake = new Handshake();
  handshake.sent(INITIALIZE);
  handshake.answered(RESULT);
  handshake.sent(INITIALIZED);
  return handshake;
}

describe('a handshake', () => {
  it('can be done again when it was done once', () => {
    expect(done().renewal()).toMatchObject({
      initialize: { bytes: INITIALIZE.bytes },
      initialized: { bytes: INITIALIZED.bytes },
    });
    expect(done().version).toBe('2025-06-18');
    expect(new Handshake().renewal()).toBe('the handshake had not ended');
  });

  it('cannot once the session holds something, until the client begins another', () => {
    const handshake = done();
    handshake.sent(SUBSCRIBE);
    expect(handshake.renewal()).toBe('the client had subscriptions in it');
    handshake.sent(INITIALIZE);
    handshake.answered(RESULT);
    expect(handshake.renewal()).toMatchObject({ initialized: undefined });
  });

  it('came to the same only with the same version and capabilities', () => {
    const same = { capabilities: { logging: {}, tools: {} }, protocolVersion: '2025-06-18' };
    expect(done().isSame({ ...same, instructions: 'new' })).toBe(true);
    expect(done().isSame({ ...same, protocolVersion: '2025-11-25' })).toBe(false);
    expect(done().isSame({ ...same, capabilities: { tools: {} } })).toBe(false);
    expect(done().isSame(undefined)).toBe(false);
  });

  it('that the server refused leaves nothing to go on with', () => {
    const handshake = new Handshake();
    handshake.sent(INITIALIZE);
    handshake.answered(undefined);
    handshake.sent(INITIALIZED);
    expect(handshake.isComplete).toBe(false);
    expect(handshake.version).toBeUndefined();
  });
});
