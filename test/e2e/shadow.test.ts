import { expect, it } from 'vitest';
import { fixture, startProxy } from './support/fuze-process.js';

it('shadow mode lets everything through and tells at the end what it would have stopped', async () => {
  const fuze = startProxy(fixture('raw-server'), { flags: ['--shadow'] });
  await fuze.initialize();
  for (let call = 0; call < 4; call += 1) {
    const answer = await fuze.call('ok', { same: true });
    expect(answer.isToolError).toBe(false);
  }
  fuze.endInput();
  await fuze.closed;
  expect(fuze.stderr).toMatch(/Shadow mode would have stopped 2 of 4 calls: repeat 2; first: ok: /);
});
