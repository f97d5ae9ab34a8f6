import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchAnswers } from '../../src/proxy/batch-answers.js';

function collecting(): { batch: BatchAnswers; sent: string[] } {
  const sent: string[] = [];
  return { batch: new BatchAnswers((array) => sent.push(array)), sent };
}

describe('BatchAnswers', () => {
  it('sends one array, once, when the last answer is there', () => {
    const { batch, sent } = collecting();
    batch.expect();
    batch.expect();
    batch.add('{"id":1}');
    batch.close();
    expect(sent).toEqual([]);
    batch.add(Buffer.from('{"id":"é"}'));
    batch.add('{"id":3}');
    expect(sent).toEqual(['[{"id":1},{"id":"é"}]']);
  });

  it('waits until all requests of the batch are known', () => {
    const { batch, sent } = collecting();
    batch.expect();
    batch.add('1');
    expect(sent).toEqual([]);
    batch.close();
    expect(sent).toEqual(['[1]']);
  });

  it('sends nothing for a batch of notifications, or when all was cancelled', () => {
    const { batch, sent } = collecting();
    batch.close();
    const other = collecting();
    other.batch.expect();
    other.batch.close();
    other.batch.forget();
    expect([...sent, ...other.sent]).toEqual([]);
  });

  it('sends the others when one is cancelled at last', () => {
    const { batch, sent } = collecting();
    batch.expect();
    batch.expect();
    batch.close();
    batch.add('1');
    batch.forget();
    expect(sent).toEqual(['[1]']);
  });

  it('sends each answer exactly once, in whatever order things happen', () => {
    const events = fc.array(fc.constantFrom('add', 'forget'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(events, fc.nat(12), (ends, closedAfter) => {
        const { batch, sent } = collecting();
        for (const _ of ends) batch.expect();
        const added: string[] = [];
        for (const [index, end] of ends.entries()) {
          if (index === closedAfter) batch.close();
          if (end === 'forget') batch.forget();
          else {
            added.push(String(index));
            batch.add(String(index));
          }
          if (index < ends.length - 1) expect(sent).toEqual([]);
        }
        if (closedAfter >= ends.length) batch.close();
        expect(sent).toEqual(added.length === 0 ? [] : [`[${added.join(',')}]`]);
      }),
    );
  });

  it('knows whether the server’s own array is all that is awaited', () => {
    const { batch } = collecting();
    batch.expect();
    batch.expect();
    expect(batch.isWhole(2)).toBe(false);
    batch.close();
    expect(batch.isWhole(2)).toBe(true);
    expect(batch.isWhole(1)).toBe(false);
    batch.add('1');
    expect(batch.isWhole(1)).toBe(false);
  });
});
