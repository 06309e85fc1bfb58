import { RemoteUnavailable } from './outbound.errors.js';

/** Notices that nothing has happened for too long. Only the time between `wait` and `rest` counts. */
export class StallWatch {
  private readonly stalled = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly timeoutMs: number) {}

  /** Aborts with RemoteUnavailable. */
  get signal(): AbortSignal {
    return this.stalled.signal;
  }

  /** Starts to count, from zero. */
  wait(): void {
    this.rest();
    this.timer = setTimeout(() => this.stalled.abort(new RemoteUnavailable('The server stalls')), this.timeoutMs);
  }

  rest(): void {
    clearTimeout(this.timer);
  }
}
