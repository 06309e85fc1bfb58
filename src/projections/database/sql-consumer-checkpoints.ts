import { CheckpointStore } from '../checkpoint-store.js';
import type { ReadModelDatabase } from './read-model-database.js';

/** Where consumers of events that are no projections keep how far they have come: beside the projections' checkpoints. */
export class SqlConsumerCheckpoints {
  private readonly checkpoints: CheckpointStore;

  constructor(private readonly database: ReadModelDatabase) {
    this.checkpoints = new CheckpointStore(database);
  }

  /** @returns 0n for a consumer that has not begun */
  async load(name: string): Promise<bigint> {
    return (await this.checkpoints.read(rowName(name)))?.position ?? 0n;
  }

  async save(name: string, position: bigint): Promise<void> {
    await this.database.writer
      .transaction()
      .execute((transaction) => this.checkpoints.put(transaction, rowName(name), checkpointAt(position)));
  }

  /** Saves the position of a consumer that has none. Of several processes that do so at once, one decides. */
  async begin(name: string, position: bigint): Promise<void> {
    await this.database.writer.transaction().execute(async (transaction) => {
      if ((await this.checkpoints.readIn(transaction, rowName(name))) !== null) return;
      await this.checkpoints.put(transaction, rowName(name), checkpointAt(position));
    });
  }
}

const checkpointAt = (position: bigint) => ({ position, version: 1, generation: 0, state: 'live' });

const rowName = (name: string): string => `consumer:${name}`;
