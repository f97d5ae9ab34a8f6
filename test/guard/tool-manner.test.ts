import { describe, expect, it } from 'vitest';
import { mannerOf } from '../../src/guard/tool-manner.js';

describe('the manner of a tool', () => {
  it.each([
    ['get_user', 'reads'],
    ['searchFlights', 'reads'],
    ['git_status', 'reads'],
    ['API-retrieve-a-page', 'reads'],
    ['browser_snapshot', 'reads'],
    ['create_issue', 'acts'],
    ['runQuery', 'acts'],
    ['restore_snapshot', 'acts'],
    ['mark_as_read', 'acts'],
    ['browser_click', 'steers'],
    ['computer-scroll', 'steers'],
    ['press_key', 'steers'],
    ['browser_wait_for', 'waits'],
    ['sleep', 'waits'],
    ['think', 'aside'],
    ['sequentialthinking', 'aside'],
    ['get_current_time', 'aside'],
    ['mcp__time__get_current_time', 'aside'],
    ['roll_dice', 'aside'],
    ['furnace', 'unknown'],
    ['', 'unknown'],
    ['天気', 'unknown'],
  ])('%j %s', (tool, manner) => {
    expect(mannerOf(tool)).toBe(manner);
  });

  it.each([
    ['get_and_delete', 'acts'],
    ['find_or_create', 'acts'],
    ['click_and_get', 'steers'],
    ['get_time_entries', 'reads'],
    ['set_time', 'acts'],
  ])('of %j is the stronger one of those that its words tell: %s', (tool, manner) => {
    expect(mannerOf(tool)).toBe(manner);
  });

  it('is found for any number of invented names', () => {
    for (let n = 0; n < 20_000; n += 1) mannerOf(`invented_${n}`);
    expect(mannerOf('get_user_20001')).toBe('reads');
    expect(mannerOf('delete_user_20001')).toBe('acts');
  });
});
