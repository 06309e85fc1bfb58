/** One round of housekeeping: what failed in it, and when it has to end early. */
export class Sweep {
  readonly failures: Error[] = [];

  constructor(private readonly signal: AbortSignal) {}

  /**
   * Acts on each item, `atOnce` of them at a time. One item's failure must not keep the others waiting: it is noted, and the
   * next sweep tries again.
   * @returns how many acts say that there was something to do
   * @throws what the items cannot be had for
   */
  async each<Item>(
    items: Iterable<Item> | AsyncIterable<Item>,
    atOnce: number,
    act: (item: Item) => Promise<boolean>,
  ): Promise<number> {
    let done = 0;
    const iterator = itemsUntil(this.signal, items);
    const work = async (): Promise<void> => {
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        const item = next.value;
        if (await this.attempt(() => act(item))) done += 1;
      }
    };
    const workers = await Promise.allSettled(Array.from({ length: atOnce }, work));
    for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
    return done;
  }

  /** Does something whose failure must not keep the rest waiting. @returns undefined when it failed */
  async attempt<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await act();
    } catch (error) {
      this.failures.push(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
  }
}

/** Several may ask at once: an asynchronous generator answers them one after the other. */
async function* itemsUntil<Item>(
  signal: AbortSignal,
  items: Iterable<Item> | AsyncIterable<Item>,
): AsyncGenerator<Item, void> {
  for await (const item of items) {
    if (signal.aborted) return;
    yield item;
  }
}
