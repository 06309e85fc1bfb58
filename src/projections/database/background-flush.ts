import type { FileHandle } from 'node:fs/promises';

/** Commits after which a log is flushed: of single images, some 1.5 MB. */
const COMMITS = 20;

type Flushable = Pick<FileHandle, 'datasync' | 'close'>;

/**
 * Flushes a write-ahead log to the disk while the process goes on. No commit waits for that: what a power cut takes is made
 * anew. But a checkpoint has to flush all that is not on the disk yet, and holds up the process until it is.
 *
 * Descriptors of a log may come and go: SQLite keeps its locks on other files. A failure is not lost on SQLite, whose own
 * descriptor meets it at the checkpoint.
 */
export class BackgroundFlush {
  private commits = 0;
  private flushing: Promise<void> | null = null;
  private file: Flushable | null = null;

  /** @param open opens the log, which is there when something was committed */
  constructor(
    private readonly open: () => Promise<Flushable>,
    private readonly commitsPerFlush = COMMITS,
  ) {}

  /** To be called after each commit. */
  committed(): void {
    this.commits += 1;
    if (this.commits < this.commitsPerFlush || this.flushing !== null) return;
    this.commits = 0;
    this.flushing = this.flush()
      .catch(() => undefined)
      .finally(() => (this.flushing = null));
  }

  /** To be called when nothing is committed any more. */
  async close(): Promise<void> {
    await this.flushing;
    await this.file?.close();
    this.file = null;
  }

  private async flush(): Promise<void> {
    this.file ??= await this.open();
    await this.file.datasync();
  }
}
