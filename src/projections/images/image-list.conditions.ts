import { expressionBuilder } from 'kysely';
import type { Expression, SqlBool } from 'kysely';
import type { ReadModelTables } from '../database/read-model-database.js';
import type { ImageFilter } from './image-details.read-model.js';
import type { Audience } from './image-list.audiences.js';
import { isSharedWith } from './image-list.candidates.js';
import type { ImageKeys, TraitFilter } from './image-list.candidates.js';

type Condition = Expression<SqlBool>;
type FilterOf<Kind extends ColumnFilter['kind']> = Extract<ColumnFilter, { kind: Kind }>;

/** A filter that only the row of the image itself answers. */
export type ColumnFilter = Exclude<ImageFilter, TraitFilter>;

const SECOND_MS = 1000;

const image = expressionBuilder<ReadModelTables, 'images'>();

/** The keys of an image as its own row has them. */
export const IMAGE_KEYS: ImageKeys = {
  id: image.ref('images.id'),
  visibility: image.ref('images.visibility'),
  listing: image.ref('images.listing'),
  createdAt: image.ref('images.created_at'),
};

export const isListedAs = (listing: number): Condition => image('images.listing', '=', listing);

/** Whether an image belongs to one of the audiences, wherever its row was found. */
export const isInAny = (audiences: readonly Audience[]): Condition =>
  image.or(
    audiences.map((audience) =>
      audience.kind === 'member'
        ? image.and([memberBounds(audience), isSharedWith(audience, IMAGE_KEYS)])
        : audienceBounds(audience),
    ),
  );

/** The range of an index of the images that an audience is. */
export const audienceBounds = (audience: Exclude<Audience, { kind: 'member' }>): Condition => {
  const visible = image('images.visibility', '=', audience.visibility);
  return audience.kind === 'owner' ? image.and([image('images.owner', '=', audience.owner), visible]) : visible;
};

const memberBounds = ({ projectId, visibility }: Extract<Audience, { kind: 'member' }>): Condition =>
  image.and([
    image('images.visibility', '=', visibility),
    image.or([image('images.owner', 'is', null), image('images.owner', '<>', projectId)]),
  ]);

export const filterCondition = (filter: ColumnFilter): Condition => {
  switch (filter.kind) {
    case 'equals':
      return equalsCondition(filter);
    case 'range':
      return rangeCondition(filter);
    case 'time':
      return timeCondition(filter);
    case 'protected':
      return image('images.protected', '=', Number(filter.value));
  }
};

const EQUALITY_COLUMNS = {
  id: 'images.id',
  status: 'images.status',
  container_format: 'images.container_format',
  disk_format: 'images.disk_format',
  owner: 'images.owner',
  checksum: 'images.checksum',
  os_hash_algo: 'images.hash_algo',
  os_hash_value: 'images.hash_value',
} as const;

const equalsCondition = ({ column, values }: FilterOf<'equals'>): Condition => {
  if (values.length === 0) return image.lit(false);
  if (column !== 'name') return image(EQUALITY_COLUMNS[column], 'in', values);
  const named = image('images.name_key', 'in', values);
  return values.includes('') ? image.and([named, image('images.name', 'is not', null)]) : named;
};

const rangeCondition = ({ column, min, max }: FilterOf<'range'>): Condition =>
  image.and([
    ...(min === undefined ? [] : [image(`images.${column}`, '>=', min)]),
    ...(max === undefined ? [] : [image(`images.${column}`, '<=', max)]),
    image(`images.${column}`, 'is not', null),
  ]);

/** A client sees whole seconds: all times within one are the same. */
const timeCondition = ({ column, operator, at }: FilterOf<'time'>): Condition => {
  const second = Math.floor(at.getTime() / SECOND_MS) * SECOND_MS;
  const [from, to] = [image(`images.${column}`, '>=', second), image(`images.${column}`, '<', second + SECOND_MS)];
  switch (operator) {
    case 'eq':
      return image.and([from, to]);
    case 'neq':
      return image.or([image(`images.${column}`, '<', second), image(`images.${column}`, '>=', second + SECOND_MS)]);
    case 'gt':
      return image(`images.${column}`, '>=', second + SECOND_MS);
    case 'gte':
      return from;
    case 'lt':
      return image(`images.${column}`, '<', second);
    case 'lte':
      return to;
  }
};
