import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Args, failure, success, TestGuard } from '../support/test-guard.js';

// A small world that answers truly, and an agent that works in it and does not ask a third time what it knows. Whatever
// it does there is work, and a stop is a false alarm.

class World {
  private readonly files = new Map<string, number>();
  private readonly answers = new Map<string, readonly [said: string, times: number]>();
  private readonly errors = new Map<string, readonly [said: string, times: number]>();
  private page = 0;
  private polls = 0;
  private bugs: number;
  private readonly guard = new TestGuard();
  readonly stopped: string[] = [];

  constructor(bugs: number) {
    this.bugs = bugs;
  }

  read(name: string): void {
    const version = this.files.get(name) ?? 0;
    this.ask('read_file', { path: `/src/${name}.ts` }, `// ${name}, version ${version}`);
  }

  edit(name: string, change: number): void {
    const version = (this.files.get(name) ?? 0) + 1;
    const args = { path: `/src/${name}.ts`, change, version };
    if (!this.ask('edit_file', args, 'Applied 1 edit.')) return;
    this.files.set(name, version);
    if (change % 3 === 0) this.bugs = Math.max(0, this.bugs - 1);
  }

  test(): void {
    if (this.bugs === 0) this.ask('run_tests', {}, 'All tests passed');
    else this.ask('run_tests', {}, `${this.bugs} tests failed`, true);
  }

  /** Reads a list page by page, the pages being turned with one and the same click. */
  browse(pages: number): void {
    for (let n = 0; n < pages; n += 1) {
      this.ask('browser_snapshot', {}, `page ${this.page} of the catalogue`);
      if (this.ask('browser_click', { ref: 'next' }, 'Clicked', false, true)) this.page += 1;
    }
  }

  lookUp(orders: readonly number[]): void {
    for (const id of orders) {
      if (id % 3 === 0) this.ask('get_order', { id }, 'Error: order not found', true);
      else this.ask('get_order', { id }, `order ${id}: ${id % 2 === 0 ? 'open' : 'paid'}`);
    }
  }

  poll(): void {
    this.guard.time += 61_000;
    this.polls += 1;
    const state = this.polls % 4 === 0 ? 'finished' : 'running';
    this.ask('get_job', { id: 'J1' }, state, false, true);
  }

  /** `again`: it is right to call it a third time though the answer was the same. */
  private ask(tool: string, args: Args, said: string, failed = false, again = false): boolean {
    const identity = JSON.stringify([tool, args]);
    const [before, times] = this.answers.get(identity) ?? ['', 0];
    const same = before === said ? times + 1 : 1;
    const [error, row] = this.errors.get(tool) ?? ['', 0];
    const inRow = failed && error === said ? row + 1 : 1;
    // What nobody should do: the third identical call with the same answer, the fourth identical error in a row.
    if (!again && (same > 2 || (failed && inRow > 3))) return false;
    this.guard.time += 1_000;
    const { action } = this.guard.call(tool, args, failed ? failure(said) : success(said));
    this.answers.set(identity, [said, same]);
    if (failed) this.errors.set(tool, [said, inRow]);
    else this.errors.delete(tool);
    if (action !== 'allow') this.stopped.push(`${identity}: ${said}`);
    return action === 'allow';
  }
}

const file = fc.constantFrom('cart', 'price', 'tax', 'user', 'mail');
const deed = fc.oneof(
  file.map((name) => (world: World) => world.read(name)),
  fc.tuple(file, fc.nat(99)).map(
    ([name, change]) =>
      (world: World) =>
        world.edit(name, change),
  ),
  fc.constant((world: World) => world.test()),
  fc.integer({ min: 1, max: 6 }).map((pages) => (world: World) => world.browse(pages)),
  fc.array(fc.nat(40), { maxLength: 8 }).map((orders) => (world: World) => world.lookUp(orders)),
  fc.constant((world: World) => world.poll()),
);

it('an agent that works in a world that answers truly is never stopped', () => {
  fc.assert(
    fc.property(fc.nat(4), fc.array(deed, { maxLength: 60 }), (bugs, deeds) => {
      const world = new World(bugs);
      for (const act of deeds) act(world);
      expect(world.stopped).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
