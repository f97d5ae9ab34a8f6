import { describe, expect, it } from 'vitest';
import {
  resultText,
  saysFailure,
  saysNothing,
  saysUnfinished,
} from '../../src/guard/result-text.js';

describe('what a result says', () => {
  it.each<[string, unknown, string]>([
    ['its text', { content: [{ type: 'text', text: 'a' }] }, 'a'],
    ['all its texts', { content: [{ text: 'a' }, { data: 'AA==' }, { text: 'b' }] }, 'a\nb'],
    ['its structure, without a text', { content: [], structuredContent: { n: 1 } }, '{"n":1}'],
    ['its text, beside a structure', { content: [{ text: 'a' }], structuredContent: {} }, 'a'],
    ['nothing', { content: [] }, ''],
    ['a text alone', 'a', 'a'],
    ['any other JSON, as it is', { code: -32603 }, '{"code":-32603}'],
  ])('is %s', (_, result, text) => {
    expect(resultText(JSON.stringify(result))).toBe(text);
  });

  it('is the text itself where it is no JSON', () => {
    expect(resultText('{oops')).toBe('{oops');
  });
});

describe('an answer says that there is nothing', () => {
  it.each([
    '',
    '[]',
    '{}',
    'null',
    '{"results":[],"total":0}',
    '{"object":"list","results":[],"next_cursor":null,"has_more":false}',
    '{"data":{"items":[]},"page":3,"status":"ok"}',
    'No results found.',
    'No matching documents in this workspace',
    '0 rows',
    'nothing found',
    'The folder is empty.',
    'Keine Ergebnisse gefunden',
    '検索結果が見つかりませんでした',
    '没有找到',
    'Ничего не найдено',
    'لا توجد نتائج',
    'No se encontraron: sin resultados',
  ])('%j', (text) => {
    expect(saysNothing(text)).toBe(true);
  });

  it.each([
    'ok',
    'valid',
    'running',
    '0',
    'はい',
    '[1]',
    '[[]',
    '{"id":5,"name":"Ann","tags":[]}',
    '{"status":"running","errors":[]}',
    '{"errors":[],"warnings":[]}',
    '{"success":true}',
    'No problem was found in 12 tests',
    '1 result: the empty set',
    `No results found. ${'But there is much more to say. '.repeat(10)}`,
  ])('but not %j', (text) => {
    expect(saysNothing(text)).toBe(false);
  });
});

describe('an answer tells of a failure', () => {
  it.each([
    'Error: no such user',
    'Syntax error in line 3',
    'Failed to fetch',
    'fatal: not a git repository',
    'Access denied',
    '{"error":"bad key"}',
  ])('%j', (text) => {
    expect(saysFailure(text)).toBe(true);
  });

  it.each([
    'No error found',
    '0 errors',
    '{"error":null,"n":1}',
    '{"error":""}',
    'The error log is long',
    'ok',
    '',
  ])('but not %j', (text) => {
    expect(saysFailure(text)).toBe(false);
  });
});

describe('an answer says that something is under way', () => {
  it.each(['running', '{"state":"in_progress"}', 'not ready yet', 'Build queued', 'Still working'])(
    '%j',
    (text) => {
      expect(saysUnfinished(text)).toBe(true);
    },
  );

  it.each(['done', 'not running', 'finished', '{"state":"passed"}', ''])('but not %j', (text) => {
    expect(saysUnfinished(text)).toBe(false);
  });
});
