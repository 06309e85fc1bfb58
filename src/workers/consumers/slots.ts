/** Lets through a limited number at a time, in the order of their coming. */
export class Slots {
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(private readonly limit: number) {}

  async use<Result>(act: () => Promise<Result>): Promise<Result> {
    if (this.taken >= this.limit) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.taken += 1;
    try {
      return await act();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.taken -= 1;
      else next(); // the slot changes hands
    }
  }
}
