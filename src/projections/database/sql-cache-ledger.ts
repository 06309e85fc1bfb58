import { sql } from 'kysely';
import type { Selectable, Transaction } from 'kysely';
import type { CacheLedger, LedgerEntry } from '../../kernel/cache-ledger.js';
import type { CachedImagesTable, ReadModelDatabase, ReadModelTables } from './read-model-database.js';

/** Bookkeeping of a node's cache in the read-model database, where all nodes of a deployment see each other's. */
export class SqlCacheLedger implements CacheLedger {
  /** @param node the URL by which other nodes reach this one */
  constructor(
    private readonly database: ReadModelDatabase,
    private readonly node: string,
  ) {}

  async find(imageId: string): Promise<LedgerEntry | null> {
    const row = await this.database.reader
      .selectFrom('cached_images')
      .selectAll()
      .where('node', '=', this.node)
      .where('image_id', '=', imageId)
      .executeTakeFirst();
    return row === undefined ? null : entryOf(row);
  }

  async list(): Promise<readonly LedgerEntry[]> {
    const rows = await this.database.reader
      .selectFrom('cached_images')
      .selectAll()
      .where('node', '=', this.node)
      .orderBy('last_modified')
      .orderBy('image_id')
      .execute();
    return rows.map(entryOf);
  }

  add({ imageId, sizeBytes, digest, nowMs }: Parameters<CacheLedger['add']>[0]): Promise<void> {
    return this.write(async (transaction) => {
      await deleteEntry(transaction, this.node, imageId);
      const last = await transaction
        .selectFrom('cached_images')
        .select(({ fn }) => fn.max('number').as('number'))
        .executeTakeFirst();
      await transaction
        .insertInto('cached_images')
        .values({
          node: this.node,
          image_id: imageId,
          number: Number(last?.number ?? 0) + 1,
          size: sizeBytes,
          digest,
          hits: 0,
          last_accessed: nowMs,
          last_modified: nowMs,
        })
        .execute();
    });
  }

  recordHit(imageId: string, nowMs: number): Promise<void> {
    return this.write(async (transaction) => {
      await transaction
        .updateTable('cached_images')
        .set({
          hits: sql<number>`hits + 1`,
          last_accessed: sql<number>`case when last_accessed < ${nowMs} then ${nowMs} else last_accessed end`, // others may be ahead
        })
        .where('node', '=', this.node)
        .where('image_id', '=', imageId)
        .execute();
    });
  }

  remove(imageId: string): Promise<void> {
    return this.write((transaction) => deleteEntry(transaction, this.node, imageId));
  }

  async nodesWith(imageId: string): Promise<readonly string[]> {
    const rows = await this.database.reader
      .selectFrom('cached_images')
      .select('node')
      .where('image_id', '=', imageId)
      .orderBy('node')
      .execute();
    return rows.map(({ node }) => node);
  }

  /** The database belongs to somebody else. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  private write<Result>(act: (transaction: Transaction<ReadModelTables>) => Promise<Result>): Promise<Result> {
    return this.database.writer.transaction().execute(act);
  }
}

const deleteEntry = async (transaction: Transaction<ReadModelTables>, node: string, imageId: string): Promise<void> => {
  await transaction.deleteFrom('cached_images').where('node', '=', node).where('image_id', '=', imageId).execute();
};

/** Some databases answer a 64-bit integer as text. */
const entryOf = (row: Selectable<CachedImagesTable>): LedgerEntry => ({
  imageId: row.image_id,
  sizeBytes: Number(row.size),
  digest: row.digest,
  hits: Number(row.hits),
  lastAccessedMs: Number(row.last_accessed),
  lastModifiedMs: Number(row.last_modified),
  number: Number(row.number),
});
