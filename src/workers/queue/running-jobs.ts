/** Jobs that are being done, so that a stop can wait for them and then end them. */
export class RunningJobs {
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();

  get size(): number {
    return this.running.size;
  }

  /** Whether the jobs have been told to end. */
  get aborted(): boolean {
    return this.stopping.signal.aborted;
  }

  /** @throws what the job throws */
  async run(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const running = work(this.stopping.signal);
    this.running.add(running);
    try {
      await running;
    } finally {
      this.running.delete(running);
    }
  }

  /** Waits for the jobs. Those that are still going on at the cut-off are told to end, and waited for. */
  async end(cutOff: AbortSignal): Promise<void> {
    const end = (): void => this.stopping.abort(new Error('The process is stopping'));
    if (cutOff.aborted) end();
    cutOff.addEventListener('abort', end);
    await Promise.allSettled(this.running);
    cutOff.removeEventListener('abort', end);
  }
}
