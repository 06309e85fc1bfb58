import { expressionBuilder, sql } from 'kysely';
import type { AliasableExpression, Expression, SelectQueryBuilder, SqlBool } from 'kysely';
import type { ReadModelTables } from '../database/read-model-database.js';
import type { ImageFilter } from './image-details.read-model.js';
import type { Audience } from './image-list.audiences.js';
import { searchKey } from './image-rows.js';

type ImageIds = AliasableExpression<{ image_id: string }>;

/** Images that an index names. */
type Candidates = Readonly<{
  ids: ImageIds;
  /** At most so many of them, to count. */
  upTo: (limit: number) => ImageIds;
  /** Whether the image of the row in question is one. */
  includeImage: Expression<SqlBool>;
}>;

type EqualsFilter = Extract<ImageFilter, { kind: 'equals' }>;

/** Filters whose images an index names, be they few or many. */
export type IndexedFilter =
  | Extract<ImageFilter, { kind: 'tag' | 'property' }>
  | (EqualsFilter & Readonly<{ column: keyof typeof INDEXED_COLUMNS }>);

/** What is shared with a project, in the terms in which lists are sorted. */
type SharedImages = AliasableExpression<{ image_id: string; name_key: string; created_at: number }>;

const INDEXED_COLUMNS = { status: 'status', checksum: 'checksum', os_hash_value: 'hash_value' } as const;

const tables = expressionBuilder<ReadModelTables>();

export const isIndexed = (filter: ImageFilter): filter is IndexedFilter => {
  if (filter.kind === 'equals') return filter.column in INDEXED_COLUMNS && filter.values.length > 0;
  return filter.kind === 'tag' || filter.kind === 'property';
};

/** The images that a filter finds by an index. */
export const imagesWith = (filter: IndexedFilter): Candidates => {
  switch (filter.kind) {
    case 'tag':
      return candidates(
        tables.selectFrom('image_tags').select('image_id').where('tag', '=', searchKey(filter.tag)),
        'image_id',
      );
    case 'property':
      return candidates(
        tables
          .selectFrom('image_properties')
          .select('image_id')
          .where('name', '=', searchKey(filter.name))
          .where('value', '=', searchKey(filter.value)),
        'image_id',
      );
    case 'equals':
      return candidates(
        tables
          .selectFrom('images as found')
          .select('found.id as image_id')
          .where(`found.${INDEXED_COLUMNS[filter.column]}`, 'in', filter.values),
        'found.id',
      );
  }
};

type MemberAudience = Extract<Audience, { kind: 'member' }>;

/** The images that other projects share with one: a range of an index in the usual orders. */
export const sharedWith = ({ projectId, status }: MemberAudience, hidden: boolean): SharedImages =>
  tables
    .selectFrom('image_members')
    .select(['image_id', 'name_key', 'created_at'])
    .where('member_id', '=', projectId)
    .where('status', '=', status)
    .where('effective', '=', 1)
    .where('hidden', '=', Number(hidden));

/** Whether the image of the row in question is shared with the project. */
export const isSharedWith = ({ projectId, status }: MemberAudience): Expression<SqlBool> =>
  tables.exists(
    tables
      .selectFrom('image_members')
      .select('image_id')
      .where('member_id', '=', projectId)
      .where('status', '=', status)
      .where(sql<SqlBool>`${sql.ref('image_id')} = ${sql.ref('images.id')}`),
  );

const candidates = <Tables, Table extends keyof Tables>(
  rows: SelectQueryBuilder<Tables, Table, { image_id: string }>,
  idColumn: string,
): Candidates => ({
  ids: rows,
  upTo: (limit) => rows.limit(limit),
  includeImage: tables.exists(rows.where(sql<SqlBool>`${sql.ref(idColumn)} = ${sql.ref('images.id')}`)),
});
