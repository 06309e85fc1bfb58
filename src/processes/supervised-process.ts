import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { MetricsSnapshot } from '../operability/metrics.js';
import type { Order, Report } from './process-messages.js';
import type { Assignment } from './process-place.js';

const PROGRAM = fileURLToPath(new URL('../supervised-main.js', import.meta.url));

/** A process that does nothing at all must not keep the metrics of the others away. */
const MEASURE_TIMEOUT_MS = 2_000;

/** Both null: it could not even be started. */
export type ProcessEnd = Readonly<{ exitCode: number | null; signal: NodeJS.Signals | null }>;

type Waiting = Readonly<{ kind: Report['kind']; resolve: (report: Report | null) => void }>;

/** One process of several, as their supervisor sees it. */
export class SupervisedProcess {
  /** False when the process has ended before. */
  readonly ready: Promise<boolean>;
  readonly ended: Promise<ProcessEnd>;
  /** What it had counted when it was last asked. */
  lastMetrics: MetricsSnapshot = [];
  private readonly child: ChildProcess;
  private readonly waiting = new Set<Waiting>();
  private state: 'starting' | 'ready' | 'ended' = 'starting';

  /** @param allMetrics what the process shows to whoever asks it for metrics; never rejects */
  constructor(assignment: Assignment, allMetrics: () => Promise<string | null>) {
    this.child = fork(PROGRAM, [JSON.stringify(assignment)], { serialization: 'advanced' });
    this.ready = this.next('ready').then((report) => report !== null);
    this.ended = this.end();
    this.child.on('message', (report: Report) => {
      if (report.kind === 'ready') this.state = 'ready';
      if (report.kind === 'metrics_wanted') void allMetrics().then((text) => this.send({ kind: 'metrics', text }));
      this.tell(report);
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get isReady(): boolean {
    return this.state === 'ready';
  }

  /** @returns whether the new configuration is in use; also true when the process has ended: the next one reads it, too */
  async reload(port: number, speaks: boolean): Promise<boolean> {
    const reloaded = this.next('reloaded');
    this.send({ kind: 'reload', port, speaks });
    const report = await reloaded;
    return report?.kind !== 'reloaded' || report.inUse;
  }

  /** Lets it finish what it has begun. */
  stop(): void {
    this.send({ kind: 'stop' });
  }

  async measure(): Promise<MetricsSnapshot> {
    const measured = this.next('measured');
    this.send({ kind: 'measure' });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, MEASURE_TIMEOUT_MS, null)));
    const report = await Promise.race([measured, late]);
    clearTimeout(timer);
    if (report?.kind === 'measured' && report.metrics !== null) this.lastMetrics = report.metrics;
    return this.lastMetrics;
  }

  private end(): Promise<ProcessEnd> {
    return new Promise((resolve) => {
      const end = (how: ProcessEnd): void => {
        this.state = 'ended';
        this.tell(null);
        resolve(how);
      };
      this.child.once('exit', (exitCode, signal) => end({ exitCode, signal }));
      this.child.on('error', () => {
        if (this.child.pid === undefined) end({ exitCode: null, signal: null });
      });
    });
  }

  /** The next report of a kind; null when the process ends before. */
  private next(kind: Report['kind']): Promise<Report | null> {
    if (this.state === 'ended') return Promise.resolve(null);
    return new Promise((resolve) => this.waiting.add({ kind, resolve }));
  }

  private tell(report: Report | null): void {
    for (const waiting of this.waiting) {
      if (report !== null && report.kind !== waiting.kind) continue;
      this.waiting.delete(waiting);
      waiting.resolve(report);
    }
  }

  /** A process that is ending hears nothing any more. */
  private send(order: Order): void {
    if (this.child.connected) this.child.send(order, () => undefined);
  }
}
