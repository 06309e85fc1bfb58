import { expressionBuilder, sql } from 'kysely';
import type { Expression, SqlBool } from 'kysely';
import type { ReadModelTables } from '../database/read-model-database.js';
import type { ImageFilter } from './image-details.read-model.js';
import type { Audience } from './image-list.audiences.js';
import { propertyTrait, tagTrait } from './image-traits.js';

type EqualsFilter = Extract<ImageFilter, { kind: 'equals' }>;

/** Filters whose images an index of the images themselves names, be they few or many. */
export type IndexedFilter = EqualsFilter & Readonly<{ column: keyof typeof INDEXED_COLUMNS }>;

export type TraitFilter = Extract<ImageFilter, { kind: 'tag' | 'property' }>;

/** What a row tells of its image, whichever table it stands in: enough to find the image's traits by their key. */
export type ImageKeys = Readonly<{
  id: Expression<string>;
  visibility: Expression<string>;
  listing: Expression<number>;
  createdAt: Expression<number>;
}>;

const INDEXED_COLUMNS = { status: 'status', checksum: 'checksum', os_hash_value: 'hash_value' } as const;

const tables = expressionBuilder<ReadModelTables>();

export const isIndexed = (filter: ImageFilter): filter is IndexedFilter =>
  filter.kind === 'equals' && filter.column in INDEXED_COLUMNS && filter.values.length > 0;

export const isTrait = (filter: ImageFilter): filter is TraitFilter =>
  filter.kind === 'tag' || filter.kind === 'property';

export const traitOf = (filter: TraitFilter): string =>
  filter.kind === 'tag' ? tagTrait(filter.tag) : propertyTrait(filter.name, filter.value);

/** The images that a filter finds by an index. */
export const imagesWith = ({ column, values }: IndexedFilter) =>
  tables
    .selectFrom('images as found')
    .select('found.id as image_id')
    .where(`found.${INDEXED_COLUMNS[column]}`, 'in', values);

type MemberAudience = Extract<Audience, { kind: 'member' }>;

/**
 * The images that other projects share with one: a range of an index in the usual orders.
 * @param names null for images of any name
 */
export const sharedWith = (
  { projectId, status, visibility }: MemberAudience,
  listing: number,
  names: readonly string[] | null,
) => {
  const rows = tables
    .selectFrom('image_members')
    .select(['image_id', 'listing', 'name_key', 'size_key', 'created_at'])
    .select(sql.lit<string>(visibility).as('visibility'))
    .where('member_id', '=', projectId)
    .where('status', '=', status)
    .where('effective', '=', 1)
    .where('listing', '=', listing);
  return names === null ? rows : rows.where('name_key', 'in', names);
};

/** Images of one visibility, or of one owner within it. */
export type TraitRange = Readonly<{ owner: string | null; visibility: string; listing: number }>;

/** The images with a trait: a range of an index in the order of creation. */
export const withTrait = (trait: string, { owner, visibility, listing }: TraitRange) => {
  const rows = tables
    .selectFrom('image_traits')
    .select(['image_id', 'owner', 'visibility', 'listing', 'created_at'])
    .where('trait', '=', trait);
  return (owner === null ? rows : rows.where('owner', '=', owner))
    .where('visibility', '=', visibility)
    .where('listing', '=', listing);
};

/** Whether an image is shared with the project. */
export const isSharedWith = ({ projectId, status }: MemberAudience, { id }: ImageKeys): Expression<SqlBool> =>
  tables.exists(
    tables
      .selectFrom('image_members')
      .select('image_id')
      .where('member_id', '=', projectId)
      .where('status', '=', status)
      .where('effective', '=', 1)
      .where('image_id', '=', id),
  );

/** Whether an image has the trait. */
export const hasTrait = (trait: string, { id, visibility, listing, createdAt }: ImageKeys): Expression<SqlBool> =>
  tables.exists(
    tables
      .selectFrom('image_traits as other')
      .select('other.image_id')
      .where('other.trait', '=', trait)
      .where('other.visibility', '=', visibility)
      .where('other.listing', '=', listing)
      .where('other.created_at', '=', createdAt)
      .where('other.image_id', '=', id),
  );
