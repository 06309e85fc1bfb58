import type { Kysely } from 'kysely';
import type { ReadModelDatabase, ReadModelTables } from '../database/read-model-database.js';
import { decodeDocument } from './image-document.codec.js';
import type { ImageDetails, ProjectUsage } from './image-details.read-model.js';
import { addUsage, NO_USAGE, usageOfImage } from './project-usage.js';
import { usageIn } from './project-usage-rows.js';

const BATCH = 500;

/** A counter of a project that says something else than its images do. */
export type UsageDifference = Readonly<{
  owner: string;
  counter: keyof ProjectUsage;
  stored: number;
  counted: number;
}>;

/**
 * Compares the counters that are kept up with every change with a fresh count.
 * @param images as their events say they are. They may have changed since: the images of a project whose counters differ
 * are counted again, from the read model, while nothing is written to it
 */
export async function* usageDifferences(
  { reader, writer }: ReadModelDatabase,
  images: Iterable<ImageDetails | null>,
): AsyncGenerator<UsageDifference> {
  const counters = await storedUsage(reader);
  const counts = countedUsage(images);
  for (const owner of new Set([...counters.keys(), ...counts.keys()])) {
    if (differences(owner, counters.get(owner), counts.get(owner)).length === 0) continue;
    yield* await writer.transaction().execute((tables) => differencesNow(tables, owner));
  }
}

async function differencesNow(tables: Kysely<ReadModelTables>, owner: string): Promise<readonly UsageDifference[]> {
  let counted = NO_USAGE;
  for (let last = ''; ;) {
    const rows = await tables
      .selectFrom('images')
      .select(['id', 'document'])
      .where('owner', '=', owner)
      .where('id', '>', last)
      .orderBy('id')
      .limit(BATCH)
      .execute();
    for (const { document } of rows) counted = addUsage(counted, usageOfImage(decodeDocument(document)));
    if (rows.length < BATCH) break;
    last = rows.at(-1)?.id ?? last;
  }
  return differences(owner, (await storedUsage(tables)).get(owner), counted);
}

async function storedUsage(tables: Kysely<ReadModelTables>): Promise<ReadonlyMap<string, ProjectUsage>> {
  const rows = await tables.selectFrom('image_usage').selectAll().execute();
  return new Map(rows.map((row) => [row.owner, usageIn(row)]));
}

function countedUsage(images: Iterable<ImageDetails | null>): ReadonlyMap<string, ProjectUsage> {
  const counts = new Map<string, ProjectUsage>();
  for (const image of images) {
    if (image === null || image.owner === null) continue;
    counts.set(image.owner, addUsage(counts.get(image.owner) ?? NO_USAGE, usageOfImage(image)));
  }
  return counts;
}

const differences = (
  owner: string,
  stored: ProjectUsage = NO_USAGE,
  counted: ProjectUsage = NO_USAGE,
): readonly UsageDifference[] =>
  (Object.keys(NO_USAGE) as (keyof ProjectUsage)[])
    .filter((counter) => stored[counter] !== counted[counter])
    .map((counter) => ({ owner, counter, stored: stored[counter], counted: counted[counter] }));
