type Types = ReadonlySet<string>;

/** Without types, every change is of interest. */
type Waiter = Readonly<{ seen: number; types: Types | undefined; wake: () => void }>;

/**
 * Lets subscriptions sleep until something was appended: woken at once by this process, by polling for other ones.
 * `version` is any number that differs after an append; it is polled only while somebody waits.
 */
export class ChangeWatcher {
  private readonly waiters = new Set<Waiter>();
  private timer: NodeJS.Timeout | undefined;

  /** @param pollIntervalMs null when no other process can append */
  constructor(
    readonly version: () => number,
    private readonly pollIntervalMs: number | null,
  ) {}

  /** Wakes all who wait for events of these types; without types, everybody. */
  notify(types?: Types): void {
    for (const waiter of this.waiters) {
      if (types === undefined || waiter.types?.isDisjointFrom(types) !== true) waiter.wake();
    }
  }

  /**
   * Resolves once the version is no longer `seen`, or `signal` aborts.
   * @param types of the events that are waited for, by default all; about others one hears later, if at all
   */
  async changedSince(seen: number, signal: AbortSignal, types?: Types): Promise<void> {
    if (signal.aborted || this.version() !== seen) return;
    await new Promise<void>((resolve) => {
      const waiter: Waiter = {
        seen,
        types,
        wake: () => {
          signal.removeEventListener('abort', waiter.wake);
          this.forget(waiter);
          resolve();
        },
      };
      signal.addEventListener('abort', waiter.wake);
      this.remember(waiter);
    });
  }

  private remember(waiter: Waiter): void {
    this.waiters.add(waiter);
    if (this.pollIntervalMs !== null) this.timer ??= setInterval(() => this.poll(), this.pollIntervalMs);
  }

  private forget(waiter: Waiter): void {
    this.waiters.delete(waiter);
    if (this.waiters.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private poll(): void {
    const version = this.tryVersion();
    for (const waiter of this.waiters) if (version !== waiter.seen) waiter.wake();
  }

  /** Whoever is woken by a failure meets it again on reading, where it can be handled. */
  private tryVersion(): number | null {
    try {
      return this.version();
    } catch {
      return null;
    }
  }
}
