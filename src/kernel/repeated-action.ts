/**
 * Something that is done again whenever it is asked for, one time after the other. Whoever asks while a time waits for its
 * turn gets that one: it begins after all of them have asked.
 */
export class RepeatedAction<Result> {
  private waiting: Promise<Result> | null = null;
  private last: Promise<unknown> = Promise.resolve();

  /** @param act never rejects */
  constructor(private readonly act: () => Promise<Result>) {}

  ask(): Promise<Result> {
    if (this.waiting !== null) return this.waiting;
    this.waiting = this.last.then(() => {
      this.waiting = null;
      return this.act();
    });
    this.last = this.waiting;
    return this.waiting;
  }

  /** Resolves when everything that was asked for until now is done. */
  async settled(): Promise<void> {
    await this.last;
  }
}
