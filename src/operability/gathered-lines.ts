import { pino } from 'pino';

/** How long a line waits for others: a write of its own costs a thread's attention, as much as a small request. */
const GATHER_MS = 20;
/** So much is written without waiting any longer. */
const GATHER_BYTES = 8192;

/** Writes lines to an open file, many at a time. What is pending when the process exits is written then. */
export class GatheredLines {
  private readonly destination: ReturnType<typeof pino.destination>;
  private timer: NodeJS.Timeout | null = null;

  constructor(fd: number) {
    this.destination = pino.destination({ dest: fd, sync: false, minLength: GATHER_BYTES });
  }

  write(line: string): void {
    this.destination.write(line);
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS).unref();
  }

  /** Begins to write what is pending. */
  flush(): void {
    this.stopWaiting();
    this.destination.flush();
  }

  /** Writes what is pending, and closes the file. */
  end(): void {
    this.stopWaiting();
    this.destination.end();
  }

  private stopWaiting(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
