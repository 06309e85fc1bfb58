import { expressionBuilder, sql } from 'kysely';
import type { AliasableExpression, Expression, SqlBool } from 'kysely';
import type { RowRanges } from '../database/rows-after.js';
import type { ImageDetails } from './image-details.read-model.js';
import type { Audience } from './image-list.audiences.js';
import { hasTrait, isSharedWith, sharedWith, withTrait } from './image-list.candidates.js';
import type { ImageKeys, TraitRange } from './image-list.candidates.js';
import { audienceBounds, filterCondition, IMAGE_KEYS, isListedAs } from './image-list.conditions.js';
import type { ColumnFilter } from './image-list.conditions.js';
import { columnsOf, comesAfter, IMAGE_COLUMNS } from './image-list.order.js';
import type { CandidateTable, ImageOrder, SortColumns } from './image-list.order.js';
import type { ListPart } from './image-list.select.js';

/** What is looked for in every part of a list. */
export type Search = Readonly<{
  listing: number;
  traits: readonly string[];
  filters: readonly ColumnFilter[];
  order: ImageOrder;
  after: ImageDetails | null;
  ranges: RowRanges;
}>;

type Condition = Expression<SqlBool>;
type Table = Readonly<{ name: CandidateTable; rows: AliasableExpression<{ image_id: string }> }>;

/** The keys of an image as a candidate repeats them. */
const CANDIDATE_KEYS: ImageKeys = {
  id: sql.ref('candidate.image_id'),
  visibility: sql.ref('candidate.visibility'),
  listing: sql.ref('candidate.listing'),
  createdAt: sql.ref('candidate.created_at'),
};

const expressions = expressionBuilder();

/** Goes through images, in an index that the conditions and the order suggest. */
export const throughImages = (
  search: Search,
  bounds: Condition,
  candidates: ListPart['candidates'] = null,
): ListPart => ({
  columns: IMAGE_COLUMNS,
  candidates,
  looksUpImages: true,
  isSparse: false,
  conditions: [
    bounds,
    isListedAs(search.listing),
    ...search.traits.map((trait) => hasTrait(trait, IMAGE_KEYS)),
    ...whatImagesTell(search, IMAGE_COLUMNS),
  ],
});

/** Goes through an audience without the help of any trait. */
export const throughAudience = (search: Search, audience: Audience): ListPart =>
  audience.kind === 'member' ? throughMemberships(search, audience) : throughImages(search, audienceBounds(audience));

const throughMemberships = (search: Search, audience: Extract<Audience, { kind: 'member' }>): ListPart => {
  const rows = sharedWith(audience, search.listing, valuesOf('name', search.filters));
  const traits = search.traits.map((trait) => hasTrait(trait, CANDIDATE_KEYS));
  const part = throughCandidates(search, { name: 'image_members', rows }, traits);
  return { ...part, isSparse: search.traits.length > 0 || search.filters.length > 0 };
};

/** Goes through the images of an audience that have a trait. */
export const throughTrait = (search: Search, audience: Audience, trait: string): ListPart =>
  throughCandidates(search, { name: 'image_traits', rows: withTrait(trait, rangeOf(search, audience)) }, [
    ...search.traits.filter((other) => other !== trait).map((other) => hasTrait(other, CANDIDATE_KEYS)),
    ...(audience.kind === 'member'
      ? [
          expressions(sql.ref<string>('candidate.owner'), '<>', audience.projectId),
          isSharedWith(audience, CANDIDATE_KEYS),
        ]
      : []),
  ]);

/** Where the images with a trait are that an audience may see; for `member` those that anybody shares. */
export const rangeOf = ({ listing, filters }: Search, audience: Audience): TraitRange => ({
  owner: audience.kind === 'owner' ? audience.owner : onlyOwner(filters),
  visibility: audience.visibility,
  listing,
});

const throughCandidates = (search: Search, { name, rows }: Table, conditions: readonly Condition[]): ListPart => {
  const columns = columnsOf(name, search.order);
  return {
    columns,
    candidates: rows,
    isSparse: false,
    looksUpImages: columns === IMAGE_COLUMNS || search.filters.length > 0,
    conditions: [...conditions, ...whatImagesTell(search, columns)],
  };
};

const whatImagesTell = ({ filters, order, after, ranges }: Search, columns: SortColumns): readonly Condition[] => [
  ...filters.map(filterCondition),
  ...(after === null ? [] : [comesAfter(order, after, columns, ranges)]),
];

/** The one project that a filter leaves over, if it does. */
const onlyOwner = (filters: readonly ColumnFilter[]): string | null => {
  const owners = valuesOf('owner', filters);
  return owners?.length === 1 ? (owners[0] ?? null) : null;
};

/** What a filter allows in a column; null when none is about it. */
const valuesOf = (column: 'name' | 'owner', filters: readonly ColumnFilter[]): readonly string[] | null => {
  const asked = filters.find(
    (filter) => filter.kind === 'equals' && filter.column === column && filter.values.length > 0,
  );
  return asked?.kind === 'equals' ? asked.values : null;
};
