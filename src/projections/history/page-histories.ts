import { setImmediate as nextTurn } from 'node:timers/promises';

/** The histories that the events of one page are from, each of them read once. */
export class PageHistories<Moment> {
  private readonly histories = new Map<string, readonly Moment[]>();

  constructor(private readonly history: Readonly<{ read(key: string): Promise<readonly Moment[]> }>) {}

  async of(key: string): Promise<readonly Moment[]> {
    const known = this.histories.get(key);
    if (known !== undefined) return known;
    const moments = await this.history.read(key);
    this.histories.set(key, moments);
    await nextTurn(); // a long page must let the process do other things, too
    return moments;
  }
}
