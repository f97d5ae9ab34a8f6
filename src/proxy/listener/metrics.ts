import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { microsToUsd } from '../../config/money.js';
import type { CallObserver, ObservedCall } from '../call-observer.js';

/** Seconds; from what a cached answer takes to what a person would wait. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const MILLISECONDS = 1_000;

/** The figures of a listener, as Prometheus reads them. Names of tools are no labels: a server chooses them freely. */
export class Metrics implements CallObserver {
  private readonly registry = new Registry();
  private readonly calls = this.counter('fuze_calls_total', 'Tool calls by how they ended', [
    'outcome',
  ]);
  private readonly stops = this.counter(
    'fuze_stops_total',
    'Tool calls that fuze answered itself, by action and check',
    ['action', 'check'],
  );
  private readonly spent = this.counter('fuze_spent_usd_total', 'US dollars charged for calls', []);
  private readonly seconds = new Histogram({
    name: 'fuze_call_duration_seconds',
    help: 'From the arrival of a forwarded call to its answer',
    buckets: BUCKETS,
    registers: [this.registry],
  });

  /** Both count what is open now. */
  constructor(runs: () => number, sessions: () => number) {
    const gauge = (name: string, help: string, read: () => number): Gauge =>
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.set(read());
        },
      });
    gauge('fuze_sessions', 'Open sessions', sessions);
    gauge('fuze_runs', 'Open runs', runs);
  }

  observe({ outcome, decision, cost, durationMs }: ObservedCall): void {
    this.calls.inc({ outcome });
    this.spent.inc(microsToUsd(cost));
    if (outcome === 'refused' || outcome === 'replayed') {
      this.stops.inc({ action: decision.action, check: decision.check ?? 'none' });
    } else {
      this.seconds.observe(durationMs / MILLISECONDS);
    }
  }

  async text(): Promise<{ readonly type: string; readonly text: string }> {
    return { type: this.registry.contentType, text: await this.registry.metrics() };
  }

  private counter<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
  ): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}
