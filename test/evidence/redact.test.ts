import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, MAX_DEPTH, REDACTED, TOO_DEEP } from '../../src/evidence/redact.js';
import { SecretNames } from '../../src/evidence/secret-names.js';

const redact = createRedactor(new SecretNames(['password', 'api_key', 'token']));

describe('createRedactor', () => {
  it('replaces members of these names at any depth, any case, any separator', () => {
    const value = {
      PassWord: 'a',
      list: [{ deep: { 'API-Key': { x: 1 }, apiKey: 2, API_KEY: [3] } }],
      tokens: 5,
      other: 'password',
    };
    const before = structuredClone(value);
    expect(redact(value)).toEqual({
      PassWord: REDACTED,
      list: [{ deep: { 'API-Key': REDACTED, apiKey: REDACTED, API_KEY: REDACTED } }],
      tokens: 5,
      other: 'password',
    });
    expect(value).toEqual(before);
  });

  it('looks into strings that hold JSON, also into JSON within JSON, and behind escapes', () => {
    const inner = JSON.stringify({ token: 'secret' });
    const text = JSON.stringify({ user: 'x', inner });
    expect(redact({ text: ` ${text}` })).toEqual({
      text: JSON.stringify({ user: 'x', inner: JSON.stringify({ token: REDACTED }) }),
    });
    expect(redact('{"\\u0070assword":"x"}')).toBe(`{"password":"${REDACTED}"}`);
    expect(redact('[{"password":1}]')).toBe(`[{"password":"${REDACTED}"}]`);
    expect(redact('{"db.api.key":1}')).toBe(`{"db.api.key":"${REDACTED}"}`);
  });

  it('keeps the very text where nothing is redacted, also a text that is no JSON', () => {
    for (const text of [
      '{ "a": 1.0 }',
      '{"note": "my password"}',
      '{password',
      '"password"',
      'x',
    ]) {
      expect(redact(text)).toBe(text);
    }
  });

  it('gives back the same reference for a value without secrets', () => {
    const value = { a: [1, { b: 'x' }], at: new Date(0), json: '{"a":1}' };
    expect(redact(value)).toBe(value);
  });

  it('does not look deeper than it can, and lets nothing through from there', () => {
    const nested = (levels: number): unknown => {
      let value: unknown = 'leaf';
      for (let level = 0; level < levels; level += 1) value = [value];
      return value;
    };
    expect(redact(nested(MAX_DEPTH))).toEqual(nested(MAX_DEPTH));
    expect(JSON.stringify(redact(nested(MAX_DEPTH + 1)))).toContain(TOO_DEEP);
    expect(JSON.stringify(redact(nested(MAX_DEPTH + 1)))).not.toContain('leaf');
    const abyss = `${'['.repeat(200_000)}{"password":1}${']'.repeat(200_000)}`;
    expect(redact(abyss)).toContain(TOO_DEEP);
    expect(JSON.stringify(redact(JSON.parse(abyss)))).toContain(TOO_DEEP);
  });

  it('ends on circular values', () => {
    const a: Record<string, unknown> = { token: 1 };
    a.self = a;
    a.twice = [a, a];
    expect(redact(a)).toEqual({ token: REDACTED, self: TOO_DEEP, twice: [TOO_DEEP, TOO_DEEP] });
  });

  it('sees what toJSON would write', () => {
    expect(redact({ user: { toJSON: () => ({ password: 'x' }) } })).toEqual({
      user: { password: REDACTED },
    });
  });

  it('takes names with any characters literally', () => {
    const odd = createRedactor(new SecretNames(['a.b', "it's", '(', '']));
    expect(odd({ 'a.b': 1, axb: 1, "IT'S": 1, '(': 1, '': 1 })).toEqual({
      'a.b': REDACTED,
      axb: 1,
      "IT'S": REDACTED,
      '(': REDACTED,
      '': 1,
    });
    expect(odd('{"a.b":1}')).toBe(`{"a.b":"${REDACTED}"}`);
  });

  it('lets no secret through, wherever it is', () => {
    const secret = 'S3CRET-VALUE';
    const name = fc.constantFrom('password', 'PASSWORD', 'apiKey', 'Token');
    const holder = name.map((n) => ({ [n]: secret }));
    const place = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        holder,
        fc.tuple(fc.jsonValue(), tie('value')),
        fc.record({ a: tie('value'), b: fc.string() }),
        tie('value').map((value) => JSON.stringify(value)),
      ),
    })).value;
    fc.assert(
      fc.property(place, (value) => {
        expect(JSON.stringify(redact(value))).not.toContain(secret);
      }),
    );
  });
});

describe('a name that ends in a secret', () => {
  const redactAll = createRedactor(new SecretNames(['token', 'password', 'api_key', 'secret']));

  it.each([
    'access_token',
    'accessToken',
    'client-secret',
    'DB_PASSWORD',
    'x-api-key',
    'oauth.token',
  ])('is one: %s', (name) => {
    expect(redactAll({ [name]: 'v' })).toEqual({ [name]: REDACTED });
    expect(redactAll(JSON.stringify({ [name]: 'v' }))).toBe(JSON.stringify({ [name]: REDACTED }));
  });

  it.each(['token_count', 'tokens', 'max_tokens', 'password_hint', 'secretary', 'keyword'])(
    'and others are none: %s',
    (name) => {
      const value = { [name]: 'v' };
      expect(redactAll(value)).toBe(value);
    },
  );
});
