import { IdentityUnavailable } from '../auth.errors.js';

/** Lets a few pieces of work run at a time and a bounded number wait, so that expensive ones cannot pile up. */
export class ConcurrencyLimit {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly waitingAtMost: number,
  ) {}

  /** @throws IdentityUnavailable when too many are waiting already */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.running < this.atOnce) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= this.waitingAtMost)
      throw new IdentityUnavailable('Too many logins at once, try again later');
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** The place goes straight to who has waited longest, so that nobody slips in between. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.running -= 1;
    else next();
  }
}
