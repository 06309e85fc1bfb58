/** Lets through one at a time, in the order of their coming. */
export class Turnstile {
  private last: Promise<unknown> = Promise.resolve();

  pass<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = this.last.then(act);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
