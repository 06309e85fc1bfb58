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
    const [row] = rows;
    return row === undefined ? null : checkpointOf(row);
  }

  /** Reads a checkpoint that this transaction is going to move: nobody else moves it before the transaction ends. */
  async readIn(transaction: Tables, name: string): Promise<Checkpoint | null> {
    return (await this.readAllIn(transaction, [name])).get(name) ?? null;
  }

  /** Reads checkpoints, by name, as `readIn` does; those that do not exist are left out. */
  async readAllIn(transaction: Tables, names: readonly string[]): Promise<ReadonlyMap<string, Checkpoint>> {
    const { rows } = await this.queries.execute(transaction, `read ${names.length}`, names, () =>
      transaction.selectFrom('checkpoints').selectAll().where('name', 'in', names),
    );
    return new Map(rows.map((row) => [row.name, checkpointOf(row)]));
  }

  /** Moves checkpoints to the same position. */
  async advance(transaction: Tables, names: readonly string[], position: bigint): Promise<void> {
    await this.queries.execute(transaction, `advance ${names.length}`, [String(position), ...names], () =>
      transaction
        .updateTable('checkpoints')
        .set({ position: String(position) })
        .where('name', 'in', names),
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

const checkpointOf = (row: Selectable<CheckpointsTable>): Checkpoint => ({
  position: BigInt(row.position),
  version: Number(row.version),
  generation: Number(row.generation),
  state: row.state,
});
