import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../src/evidence/canonical.js';
import { EMPTY_CHAIN, GENESIS, seal } from '../../src/evidence/hash-chain.js';

it('hashes the canonical form of sequence, prevHash and payload', () => {
  const payload = { z: 1, a: ['é', { c: 1.5, b: null }] };
  const first = seal(EMPTY_CHAIN, canonicalJson(payload));
  const record = JSON.parse(first.line);
  const { hash, ...rest } = record;
  expect(rest).toEqual({ sequence: 1, prevHash: GENESIS, payload });
  expect(hash).toBe(createHash('sha256').update(canonicalJson(rest)).digest('hex'));
  expect(first.head).toEqual({ sequence: 1, hash });
  expect(Object.keys(record)).toEqual(['sequence', 'prevHash', 'payload', 'hash']);
});

it('links each record to the one before', () => {
  const first = seal(EMPTY_CHAIN, '{}');
  const second = JSON.parse(seal(first.head, '{}').line);
  expect(second).toMatchObject({ sequence: 2, prevHash: first.head.hash });
  expect(second.hash).not.toBe(first.head.hash);
});
