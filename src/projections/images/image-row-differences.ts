import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Row } from '../database/row-writer.js';
import type { ReadModelDatabase, ReadModelTables } from '../database/read-model-database.js';
import { isAfter } from '../database/rows-after.js';
import { sameRows } from '../database/same-rows.js';
import type { ImageDetails } from './image-details.read-model.js';
import { imageRow, memberRows, traitRows } from './image-rows.js';
import { ROWS_OF_IMAGES } from './image-tables.js';
import type { ImageTables } from './image-tables.js';

type Table = (typeof ROWS_OF_IMAGES)[number];

/** Tables that find the rows of one image by an index. */
export const TABLES_BY_IMAGE = ['images', 'image_members'] as const satisfies readonly Table[];

/** Rows read at once, so that others come to read in between. */
const PAGE = 2000;

const ROWS: Readonly<Record<Table, (image: ImageDetails) => readonly Row[]>> = {
  images: (image) => [imageRow(image)],
  image_traits: traitRows,
  image_members: memberRows,
};

/**
 * Names the tables in which an image does not stand as it is: lists would show it where it does not belong.
 * @param image null for one that should stand nowhere
 * @param tables those looked at; the rows of one image in the others take a walk through all rows
 */
export const tablesThatDiffer = async (
  { reader }: ReadModelDatabase,
  imageId: string,
  image: ImageDetails | null,
  tables: readonly Table[] = ROWS_OF_IMAGES,
): Promise<readonly string[]> => {
  const differing: string[] = [];
  for (const table of tables) {
    const expected = image === null ? [] : ROWS[table](image);
    if (!sameRows(await storedRows(reader, table, imageId), expected, ['document'])) differing.push(table);
  }
  return differing;
};

/** Names the images whose traits do not stand as they are, by one walk through the traits of all images. */
export const imagesWithOtherTraits = async (
  database: ReadModelDatabase,
  images: Iterable<readonly [string, ImageDetails | null]>,
): Promise<ReadonlySet<string>> => {
  const missing = new Map<string, Set<string>>();
  for (const [id, image] of images) missing.set(id, new Set(image === null ? [] : traitRows(image).map(traitText)));
  const differing = new Set<string>();
  for await (const row of allTraits(database)) {
    if (missing.get(row.image_id)?.delete(traitText(row)) !== true) differing.add(row.image_id);
  }
  for (const [id, rows] of missing) if (rows.size > 0) differing.add(id);
  return differing;
};

type TraitRow = ImageTables['image_traits'];

const KEY_OF_TRAITS = ['trait', 'owner', 'visibility', 'listing', 'created_at', 'image_id'] as const;

async function* allTraits(database: ReadModelDatabase): AsyncGenerator<TraitRow> {
  let last: TraitRow | undefined;
  do {
    const rows: readonly TraitRow[] = await pageOfTraits(database, last);
    yield* rows;
    last = rows.at(-1);
  } while (last !== undefined);
}

const pageOfTraits = (
  { reader, dialect }: ReadModelDatabase,
  last: TraitRow | undefined,
): Promise<readonly TraitRow[]> => {
  const all = reader.selectFrom('image_traits').selectAll();
  const page = KEY_OF_TRAITS.reduce((rows, column) => rows.orderBy(column), all).limit(PAGE);
  if (last === undefined) return page.execute();
  const steps = KEY_OF_TRAITS.map((column) => ({
    column: sql.ref<string | number>(column),
    value: last[column],
    direction: 'asc' as const,
  }));
  return page.where(isAfter(steps, dialect)).execute();
};

/** Numbers as text, as some databases answer. */
const traitText = (row: TraitRow): string => JSON.stringify(KEY_OF_TRAITS.map((column) => String(row[column])));

const storedRows = (reader: Kysely<ReadModelTables>, table: Table, imageId: string): Promise<readonly Row[]> =>
  table === 'images'
    ? reader.selectFrom(table).selectAll().where('id', '=', imageId).execute()
    : reader.selectFrom(table).selectAll().where('image_id', '=', imageId).execute();
