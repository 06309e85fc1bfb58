import type { Kysely } from 'kysely';
import type { Row } from '../database/row-writer.js';
import type { ReadModelDatabase, ReadModelTables } from '../database/read-model-database.js';
import { sameRows } from '../database/same-rows.js';
import type { ImageDetails } from './image-details.read-model.js';
import { imageRow, memberRows, propertyRows, tagRows } from './image-rows.js';
import { ROWS_OF_IMAGES } from './image-tables.js';

type Table = (typeof ROWS_OF_IMAGES)[number];

const ROWS: Readonly<Record<Table, (image: ImageDetails) => readonly Row[]>> = {
  images: (image) => [imageRow(image)],
  image_properties: propertyRows,
  image_tags: tagRows,
  image_members: memberRows,
};

/**
 * Names the tables in which an image does not stand as it is: lists would show it where it does not belong.
 * @param image null for one that should stand nowhere
 */
export const tablesThatDiffer = async (
  { reader }: ReadModelDatabase,
  imageId: string,
  image: ImageDetails | null,
): Promise<readonly string[]> => {
  const differing: string[] = [];
  for (const table of ROWS_OF_IMAGES) {
    const expected = image === null ? [] : ROWS[table](image);
    if (!sameRows(await storedRows(reader, table, imageId), expected, ['document'])) differing.push(table);
  }
  return differing;
};

const storedRows = (reader: Kysely<ReadModelTables>, table: Table, imageId: string): Promise<readonly Row[]> =>
  table === 'images'
    ? reader.selectFrom(table).selectAll().where('id', '=', imageId).execute()
    : reader.selectFrom(table).selectAll().where('image_id', '=', imageId).execute();
