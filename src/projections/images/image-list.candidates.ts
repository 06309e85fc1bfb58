import { expressionBuilder, sql } from 'kysely';
import type { AliasableExpression, Expression, SelectQueryBuilder, SqlBool } from 'kysely';
import type { ReadModelTables } from '../database/read-model-database.js';
import type { ImageFilter } from './image-details.read-model.js';
import type { Audience } from './image-list.audiences.js';
import { searchKey } from './image-rows.js';

type ImageIds = AliasableExpression<{ image_id: string }>;

/** Images that a side table names. */
type Candidates = Readonly<{
  ids: ImageIds;
  /** At most so many of them, to count. */
  upTo: (limit: number) => ImageIds;
  /** Whether the image of the row in question is one. */
  includeImage: Expression<SqlBool>;
}>;

export type SideFilter = Extract<ImageFilter, { kind: 'tag' | 'property' }>;

const tables = expressionBuilder<ReadModelTables>();

export const isSideFilter = (filter: ImageFilter): filter is SideFilter =>
  filter.kind === 'tag' || filter.kind === 'property';

/** The images that have a tag or a property. */
export const imagesWith = (filter: SideFilter): Candidates =>
  filter.kind === 'tag'
    ? candidates(tables.selectFrom('image_tags').select('image_id').where('tag', '=', searchKey(filter.tag)))
    : candidates(
        tables
          .selectFrom('image_properties')
          .select('image_id')
          .where('name', '=', searchKey(filter.name))
          .where('value', '=', searchKey(filter.value)),
      );

/** The images that are shared with a project. */
export const sharedWith = ({ projectId, status }: Extract<Audience, { kind: 'member' }>): Candidates => {
  const memberships = tables.selectFrom('image_members').select('image_id').where('member_id', '=', projectId);
  return candidates(status === 'all' ? memberships : memberships.where('status', '=', status));
};

const candidates = <Tables, Table extends keyof Tables>(
  rows: SelectQueryBuilder<Tables, Table, { image_id: string }>,
): Candidates => ({
  ids: rows,
  upTo: (limit) => rows.limit(limit),
  includeImage: tables.exists(rows.where(sql<SqlBool>`${sql.ref('image_id')} = ${sql.ref('images.id')}`)),
});
