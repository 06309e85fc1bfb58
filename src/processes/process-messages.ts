import type { MetricsSnapshot } from '../operability/metrics.js';

/** What the supervisor tells one of its processes. */
export type Order = Readonly<
  | { kind: 'reload'; port: number; speaks: boolean }
  | { kind: 'stop' }
  | { kind: 'measure' }
  /** Null: they could not be put together. */
  | { kind: 'metrics'; text: string | null }
>;

/** What a process tells its supervisor. */
export type Report = Readonly<
  | { kind: 'ready' }
  | { kind: 'reloaded'; inUse: boolean }
  /** Null: they could not be collected. */
  | { kind: 'measured'; metrics: MetricsSnapshot | null }
  | { kind: 'metrics_wanted' }
>;
