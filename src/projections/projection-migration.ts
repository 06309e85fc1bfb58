import { setTimeout as delay } from 'node:timers/promises';
import type { Checkpoint, CheckpointStore } from './checkpoint-store.js';
import { createIndex } from './create-index.js';
import type { ReadModelDatabase } from './database/read-model-database.js';
import type { Projection } from './projection.js';
import { rebuildNameOf } from './projection-rebuild.js';
import { ProjectionVersionMismatch, RebuildSuperseded } from './projections.errors.js';

const WATCH_EVERY_MS = 50;
const STALLED_AFTER_MS = 15_000;

/** Sees to it that the tables of a projection exist and are of this program's version. */
export class ProjectionMigration<E> {
  constructor(
    private readonly database: ReadModelDatabase,
    private readonly checkpoints: CheckpointStore,
    private readonly projection: Projection<E>,
    private readonly rebuild: () => Promise<void>,
  ) {}

  /** @throws ProjectionVersionMismatch when a newer program made the tables */
  async run(): Promise<void> {
    const { name, version } = this.projection;
    const stored = await this.findOrCreate();
    if (stored.version === version) return;
    if (stored.version > version) {
      const details = { projection: name, stored: stored.version, own: version };
      throw new ProjectionVersionMismatch(`The tables of ${name} were made by a newer program`, details);
    }
    await this.rebuildOrWatch();
    await this.run();
  }

  /** Builds the tables anew. Of processes that do so at once the last one does, and the others return when it has ended. */
  async rebuildOrWatch(): Promise<void> {
    try {
      await this.rebuild();
    } catch (error) {
      if (!(error instanceof RebuildSuperseded)) throw error;
      await this.watchOther();
    }
  }

  private findOrCreate(): Promise<Checkpoint> {
    return this.database.writer.transaction().execute(async (transaction) => {
      const { name, version } = this.projection;
      const stored = await this.checkpoints.readIn(transaction, name);
      if (stored !== null) return stored;
      // Left by a start that was cut off, where a transaction cannot take them back.
      for (const table of this.projection.tables) await transaction.schema.dropTable(table).ifExists().execute();
      await this.projection.createTables(transaction.schema, this.database.dialect);
      for (const index of this.projection.readerIndexes)
        await createIndex(transaction.schema, index, this.database.dialect);
      const checkpoint = { position: 0n, version, generation: 0, state: 'live' };
      await this.checkpoints.put(transaction, name, checkpoint);
      return checkpoint;
    });
  }

  /** Resolves when the other process' rebuild has ended, or does not move any more. */
  private async watchOther(): Promise<void> {
    const name = rebuildNameOf(this.projection.name);
    let [seen, since] = ['', performance.now()];
    for (;;) {
      const checkpoint = await this.checkpoints.read(name);
      if (checkpoint === null) return;
      const progress = `${checkpoint.state} ${checkpoint.position}`;
      if (progress !== seen) [seen, since] = [progress, performance.now()];
      else if (performance.now() - since > STALLED_AFTER_MS) return;
      await delay(WATCH_EVERY_MS);
    }
  }
}
