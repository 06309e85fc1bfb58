import type { Kysely, Selectable } from 'kysely';
import { QueryCache } from './database/query-cache.js';
import type { CheckpointsTable, ReadModelDatabase, ReadModelTables } from './database/read-model-database.js';

/** Last position that a projection has handled, and the version of the projection that did. */
export type Checkpoint = Readonly<{ position: bigint; version: number; generation: number; state: string }>;

type Tables = Kysely<ReadModelTables>;

/** Keeps the checkpoints beside the tables that they are about. Writers pass the transaction that writes both. */
export class CheckpointStore {
  private readonly queries = new QueryCache();

  constructor(private readonly database: ReadModelDatabase) {}

  /** Reads a checkpoint without waiting for who writes it now. */
  async read(name: string): Promise<Checkpoint | null> {
    const { reader } = this.database;
    const { rows } = await this.queries.execute(reader, 'read', [name], () =>
      reader.selectFrom('checkpoints').selectAll().where('name', '=', name),
    );
    return checkpointOf(rows);
  }

  /** Reads a checkpoint that this transaction is going to move: nobody else moves it meanwhile. */
  async lock(transaction: Tables, name: string): Promise<Checkpoint | null> {
    const { rows } = await this.queries.execute(transaction, 'lock', [name], () => {
      const query = transaction.selectFrom('checkpoints').selectAll().where('name', '=', name);
      return this.database.dialect.locksRows ? query.forUpdate() : query;
    });
    return checkpointOf(rows);
  }

  async advance(transaction: Tables, name: string, position: bigint): Promise<void> {
    await this.queries.execute(transaction, 'advance', [String(position), name], () =>
      transaction
        .updateTable('checkpoints')
        .set({ position: String(position) })
        .where('name', '=', name),
    );
  }

  /** Puts a checkpoint in the place of the one that was there. */
  async put(transaction: Tables, name: string, checkpoint: Checkpoint): Promise<void> {
    await this.remove(transaction, name);
    const row = { name, ...checkpoint, position: String(checkpoint.position) };
    await transaction.insertInto('checkpoints').values(row).execute();
  }

  async remove(transaction: Tables, name: string): Promise<void> {
    await transaction.deleteFrom('checkpoints').where('name', '=', name).execute();
  }
}

const checkpointOf = ([row]: readonly Selectable<CheckpointsTable>[]): Checkpoint | null =>
  row === undefined
    ? null
    : {
        position: BigInt(row.position),
        version: Number(row.version),
        generation: Number(row.generation),
        state: row.state,
      };
