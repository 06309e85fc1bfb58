import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client';
import type { MetricsSnapshot } from '../operability/metrics.js';

/** Metrics of these types only grow: what an ended process has counted stays counted. */
const COUNTED = new Set(['counter', 'histogram']);

/**
 * The metrics of several processes as those of one: what they count is added up; what they all look at is shown once (see
 * the metrics' aggregators).
 */
export class CombinedMetrics {
  private readonly own = new Registry();
  /** What ended processes had counted: a sum, and what is to be added to it. */
  private past: readonly MetricsSnapshot[] = [];

  private readonly replaced = new Counter({
    name: 'hindsight_processes_replaced_total',
    help: 'Processes that ended by themselves, and whose place another one took.',
    registers: [this.own],
  });

  /** @param running how many processes there are */
  constructor(running: () => number) {
    new Gauge({
      name: 'hindsight_processes',
      help: 'Processes that answer requests.',
      registers: [this.own],
      collect() {
        this.set(running());
      },
    });
  }

  /** Remembers what a process had counted when it was last asked: a sum that fell would look like a new beginning. */
  ended(last: MetricsSnapshot): void {
    this.replaced.inc();
    if (last.length > 0) this.past = [...this.past, last.filter(({ type }) => COUNTED.has(String(type)))];
  }

  /** In Prometheus' text format. */
  async expose(snapshots: readonly MetricsSnapshot[]): Promise<string> {
    const past = this.past;
    const sum = await combined(past).getMetricsAsJSON();
    this.past = [sum, ...this.past.slice(past.length)];
    return combined([...snapshots, sum, await this.own.getMetricsAsJSON()]).metrics();
  }
}

const combined = (snapshots: readonly MetricsSnapshot[]): Registry => AggregatorRegistry.aggregate([...snapshots]);
