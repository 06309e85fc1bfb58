import { setTimeout as sleep } from 'node:timers/promises';
import { growingPauseMs } from '../workers/growing-pause.js';
import type { ProcessEnd, SupervisedProcess } from './supervised-process.js';

/** A process that has been ready for so long did not end because it cannot start. */
const SETTLED_MS = 10_000;

/** What the keeper of a place is told about it. */
export type SlotEvents = Readonly<{
  ended(process: SupervisedProcess, end: ProcessEnd): void;
  /** The system has no room for another process just now. */
  notStarted(error: unknown): void;
}>;

/** The place of one process: when it ends by itself, another one is started soon, or later if that happens often. */
export class ProcessSlot {
  private present: SupervisedProcess;
  private readonly stopping = new AbortController();
  private kept: Promise<void> = Promise.resolve();

  constructor(
    private readonly start: () => SupervisedProcess,
    private readonly events: SlotEvents,
  ) {
    this.present = start();
  }

  get process(): SupervisedProcess {
    return this.present;
  }

  /** Resolves when a process of this place has been ready, or is not wanted any more. */
  keep(): Promise<void> {
    return new Promise((resolve) => {
      this.kept = this.replaceWhenEnded(resolve).finally(resolve);
    });
  }

  /** Another process takes the place of the present one, which finishes what it has begun. */
  renew(): void {
    this.present.stop();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.present.stop();
    await this.kept;
  }

  private isWanted(): boolean {
    return !this.stopping.signal.aborted;
  }

  private async replaceWhenEnded(onReady: () => void): Promise<void> {
    let failures = 0;
    while (this.isWanted()) {
      if (await this.present.ready) onReady();
      const readyAtMs = performance.now();
      const end = await this.present.ended;
      if (!this.isWanted()) return;
      this.events.ended(this.present, end);
      failures = performance.now() - readyAtMs >= SETTLED_MS ? 1 : failures + 1;
      await this.startAnother(failures);
    }
  }

  private async startAnother(failures: number): Promise<void> {
    const { signal } = this.stopping;
    await sleep(growingPauseMs(failures), undefined, { signal }).catch(() => undefined);
    if (!this.isWanted()) return;
    try {
      this.present = this.start();
    } catch (error) {
      this.events.notStarted(error);
      await this.startAnother(failures + 1);
    }
  }
}
