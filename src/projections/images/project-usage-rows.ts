import { sql } from 'kysely';
import type { Insertable, RawBuilder, Selectable } from 'kysely';
import { chunksOf } from '../database/row-writer.js';
import type { ProjectionTarget } from '../projection.js';
import type { ProjectUsage } from './image-details.read-model.js';
import type { ImageTables } from './image-tables.js';

/** What a row of counters says. */
export const usageIn = (row: Selectable<ImageTables['image_usage']>): ProjectUsage => ({
  images: Number(row.images),
  storedBytes: Number(row.stored_bytes),
  stagedBytes: Number(row.staged_bytes),
  uploading: Number(row.uploading),
});

type UsageRow = Insertable<ImageTables['image_usage']>;

/** Adds to the counters of projects. Only one projection runs at a time, so that no other writer comes in between. */
export const writeUsageChanges = async (
  { tables, queries, dialect }: ProjectionTarget,
  changes: ReadonlyMap<string, ProjectUsage>,
): Promise<void> => {
  for (const chunk of chunksOf(Array.from(changes, ([owner, usage]) => rowOf(owner, usage)))) {
    const parameters = chunk.flatMap((row) => Object.values(row));
    await queries.execute(tables, `add usage ${chunk.length}`, parameters, () => {
      const insertion = tables.insertInto('image_usage').values([...chunk]);
      return dialect.conflictClause === 'on conflict'
        ? insertion.onConflict((conflict) =>
            conflict.column('owner').doUpdateSet(sums((it) => sql.ref(`excluded.${it}`))),
          )
        : insertion.onDuplicateKeyUpdate(sums((it) => sql`values(${sql.ref(it)})`));
    });
  }
};

const rowOf = (owner: string, { images, storedBytes, stagedBytes, uploading }: ProjectUsage): UsageRow => ({
  owner,
  images,
  stored_bytes: storedBytes,
  staged_bytes: stagedBytes,
  uploading,
});

/** What is there, and what was to be inserted. */
const sums = (
  inserted: (counter: string) => RawBuilder<unknown>,
): Record<Exclude<keyof UsageRow, 'owner'>, RawBuilder<number>> => {
  const sum = (counter: string): RawBuilder<number> =>
    sql<number>`${sql.ref(`image_usage.${counter}`)} + ${inserted(counter)}`;
  return {
    images: sum('images'),
    stored_bytes: sum('stored_bytes'),
    staged_bytes: sum('staged_bytes'),
    uploading: sum('uploading'),
  };
};
