import type { Clock } from '../../kernel/clock.js';
import type { TaskProgressBoard } from '../../kernel/task-progress.js';

/** Reports that come faster than this replace each other. */
const REPORT_EVERY_MS = 500;

/** Tells how far one task has come, not more often than readers can follow. */
export class ProgressReporter {
  private latest: Readonly<{ step: string; bytesDone: number; bytesExpected: number | null }> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly board: TaskProgressBoard,
    private readonly taskId: string,
    private readonly clock: Clock,
  ) {}

  report(step: string, bytesDone: number, bytesExpected: number | null): void {
    const isNewStep = this.latest?.step !== step;
    this.latest = { step, bytesDone, bytesExpected };
    if (isNewStep) this.write();
    else this.timer ??= setTimeout(() => this.write(), REPORT_EVERY_MS);
  }

  /** Resolves when nothing more will be written. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing;
  }

  /** A report that cannot be written is not worth failing the task for. */
  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { latest } = this;
    if (latest === null) return;
    const progress = { ...latest, updatedAt: this.clock.now().toISOString() };
    this.writing = this.writing.then(() => this.board.report(this.taskId, progress)).catch(() => undefined);
  }
}
