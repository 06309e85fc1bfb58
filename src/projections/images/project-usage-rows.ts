import type { ProjectionTarget } from '../projection.js';
import type { Selectable } from 'kysely';
import type { ProjectUsage } from './image-details.read-model.js';
import type { ImageTables } from './image-tables.js';

/** What a row of counters says. */
export const usageIn = (row: Selectable<ImageTables['image_usage']>): ProjectUsage => ({
  images: Number(row.images),
  storedBytes: Number(row.stored_bytes),
  stagedBytes: Number(row.staged_bytes),
  uploading: Number(row.uploading),
});

/** Adds to the counters of projects. Only one projection runs at a time, so that no other writer comes in between. */
export const writeUsageChanges = async (
  target: ProjectionTarget,
  changes: ReadonlyMap<string, ProjectUsage>,
): Promise<void> => {
  for (const [owner, change] of changes) {
    const { numAffectedRows = 0n } = await increase(target, owner, change);
    if (numAffectedRows === 0n) await insert(target, owner, change);
  }
};

const increase = ({ tables, queries }: ProjectionTarget, owner: string, change: ProjectUsage) => {
  const { images, storedBytes, stagedBytes, uploading } = change;
  return queries.execute(tables, 'increase usage', [images, storedBytes, stagedBytes, uploading, owner], () =>
    tables
      .updateTable('image_usage')
      .set((row) => ({
        images: row('images', '+', images).$castTo<number>(),
        stored_bytes: row('stored_bytes', '+', storedBytes).$castTo<number>(),
        staged_bytes: row('staged_bytes', '+', stagedBytes).$castTo<number>(),
        uploading: row('uploading', '+', uploading).$castTo<number>(),
      }))
      .where('owner', '=', owner),
  );
};

const insert = ({ tables, queries }: ProjectionTarget, owner: string, usage: ProjectUsage) => {
  const { images, storedBytes, stagedBytes, uploading } = usage;
  return queries.execute(tables, 'insert usage', [owner, images, storedBytes, stagedBytes, uploading], () =>
    tables
      .insertInto('image_usage')
      .values({ owner, images, stored_bytes: storedBytes, staged_bytes: stagedBytes, uploading }),
  );
};
