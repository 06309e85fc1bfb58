import { expressionBuilder, sql } from 'kysely';
import type { AliasableExpression, Expression, SqlBool } from 'kysely';
import type { ReadModelTables } from '../database/read-model-database.js';
import { isAfter } from '../database/rows-after.js';
import type { RowRanges } from '../database/rows-after.js';
import type { ImageDetails, ImageListQuery, ImageSortKey } from './image-details.read-model.js';

export type ImageOrder = ImageListQuery['sort'];
type SortValue = string | number;

/** Where the values stand that rows are sorted by. */
export type SortColumns = Readonly<Record<ImageSortKey, AliasableExpression<SortValue>>>;

const image = expressionBuilder<ReadModelTables, 'images'>();

/** What each key compares: never null, so that no page loses the rows without a value. */
export const IMAGE_COLUMNS: SortColumns = {
  name: image.ref('images.name_key'),
  status: image.ref('images.status'),
  container_format: image.fn.coalesce('images.container_format', sql.lit('')),
  disk_format: image.fn.coalesce('images.disk_format', sql.lit('')),
  size: image.ref('images.size_key'),
  id: image.ref('images.id'),
  created_at: image.ref('images.created_at'),
  updated_at: image.ref('images.updated_at'),
};

const VALUES: Readonly<Record<ImageSortKey, (of: ImageDetails) => SortValue>> = {
  name: ({ name }) => name ?? '',
  status: ({ status }) => status,
  container_format: ({ containerFormat }) => containerFormat ?? '',
  disk_format: ({ diskFormat }) => diskFormat ?? '',
  size: ({ sizeBytes }) => sizeBytes ?? 0,
  id: ({ id }) => id,
  created_at: ({ createdAt }) => Date.parse(createdAt),
  updated_at: ({ updatedAt }) => Date.parse(updatedAt),
};

/** What rows that are not the image's own know to sort it by. */
const CANDIDATE_COLUMNS: Readonly<Partial<SortColumns>> = {
  name: sql.ref<string>('candidate.name_key'),
  size: sql.ref<number>('candidate.size_key'),
  id: sql.ref<string>('candidate.image_id'),
  created_at: sql.ref<number>('candidate.created_at'),
};
const KNOWN_BY: Readonly<Record<CandidateTable, readonly ImageSortKey[]>> = {
  image_members: ['name', 'size', 'id', 'created_at'],
  image_traits: ['id', 'created_at'],
};

export type CandidateTable = 'image_members' | 'image_traits';

/** Whether rows of a table stand in an index in an order, without a look at the images. */
export const isOrderOf = (table: CandidateTable, order: ImageOrder): boolean =>
  order.every(({ key }) => KNOWN_BY[table].includes(key));

/** The columns of candidates, if those alone make the order; else the columns of images. */
export const columnsOf = (table: CandidateTable, order: ImageOrder): SortColumns =>
  isOrderOf(table, order) ? { ...IMAGE_COLUMNS, ...CANDIDATE_COLUMNS } : IMAGE_COLUMNS;

/** The order without what can make no difference: a key that came before, and all that follows the id. */
export const effectiveOrder = (sort: ImageOrder): ImageOrder => {
  const distinct = sort.filter(({ key }, index) => sort.findIndex((it) => it.key === key) === index);
  const id = distinct.findIndex(({ key }) => key === 'id');
  return id < 0 ? distinct : distinct.slice(0, id + 1);
};

/** Whether a row comes after this image. The image itself may be gone from the list by now. */
export const comesAfter = (
  order: ImageOrder,
  marker: ImageDetails,
  columns: SortColumns,
  ranges: RowRanges,
): Expression<SqlBool> =>
  isAfter(
    order.map(({ key, direction }) => ({ column: columns[key], value: VALUES[key](marker), direction })),
    ranges,
  );

/** Whether a row comes before this image. */
export const comesBefore = (
  order: ImageOrder,
  image: ImageDetails,
  columns: SortColumns,
  ranges: RowRanges,
): Expression<SqlBool> => {
  const backwards = order.map(({ key, direction }) => ({ key, direction: opposite[direction] }));
  return comesAfter(backwards, image, columns, ranges);
};

const opposite = { asc: 'desc', desc: 'asc' } as const;
