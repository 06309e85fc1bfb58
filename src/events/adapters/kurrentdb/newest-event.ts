import { positionOf } from './log-position.js';
import type { KurrentDbClient } from './kurrentdb.client.js';

/** Records that are asked for at a time. The newest is often ours. */
const [FIRST_PAGE, PAGE] = [16, 512];

/** Finds the newest event of ours from the log's end backwards, and does not look twice at what others have written. */
export class NewestEvent {
  private known: Readonly<{ position: bigint; searchedFrom: bigint }> = { position: 0n, searchedFrom: -1n };

  constructor(
    private readonly client: Pick<KurrentDbClient, 'readAll'>,
    private readonly isOurs: (stream: string) => boolean,
  ) {}

  /** Its position; 0n when there is none. */
  async position(): Promise<bigint> {
    const { position: knownPosition, searchedFrom } = this.known;
    let newest: bigint | null = null;
    let from: bigint | null = null;
    for (let count = FIRST_PAGE; ; count = PAGE) {
      const records = await this.client.readAll({ backwards: true, from, count });
      newest ??= records[0]?.commit ?? null;
      for (const { stream, commit } of records) {
        if (this.isOurs(stream)) return this.remember(positionOf(commit), newest);
        if (commit <= searchedFrom) return this.remember(knownPosition, newest);
      }
      if (records.length < count) return this.remember(0n, newest);
      from = records.at(-1)?.commit ?? null;
    }
  }

  /** Of searches that went on at the same time, the one that saw most counts. */
  private remember(position: bigint, searchedFrom: bigint | null): bigint {
    if (searchedFrom !== null && searchedFrom > this.known.searchedFrom) this.known = { position, searchedFrom };
    return position;
  }
}
