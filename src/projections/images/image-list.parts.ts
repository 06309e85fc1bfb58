import type { RowRanges } from '../database/rows-after.js';
import type { ImageFilter, ImageListQuery } from './image-details.read-model.js';
import { audiencesOf } from './image-list.audiences.js';
import type { Audience } from './image-list.audiences.js';
import { imagesWith, isIndexed, isTrait, traitOf } from './image-list.candidates.js';
import type { IndexedFilter } from './image-list.candidates.js';
import type { CandidateCounts } from './image-list.counts.js';
import { isInAny } from './image-list.conditions.js';
import type { ColumnFilter } from './image-list.conditions.js';
import { isOrderOf } from './image-list.order.js';
import type { ImageOrder } from './image-list.order.js';
import { throughAudience, throughImages, throughTrait, rangeOf } from './image-list.ranges.js';
import type { Search } from './image-list.ranges.js';
import type { ListPart } from './image-list.select.js';
import { listingKey } from './image-rows.js';

/**
 * Decides how a list is searched: an index range for each audience; but where a filter or the ids leave few candidates,
 * only those are looked up. No part at all means that the list is empty.
 */
export const findListParts = async (
  counts: CandidateCounts,
  query: ImageListQuery,
  order: ImageOrder,
  ranges: RowRanges,
): Promise<readonly ListPart[]> => {
  const audiences = audiencesOf(query);
  if (audiences.length === 0) return [];
  const search: Search = { ...whatIsAsked(query), order, ranges };
  const rarest = await findRarest(counts, query.filters.filter(isIndexed));
  if (rarest?.matches === 0) return [];
  if (rarest !== null || query.filters.some(namesImages)) {
    return [throughImages(search, isInAny(audiences), rarest === null ? null : imagesWith(rarest.filter))];
  }
  const parts = await Promise.all(audiences.map((audience) => findPart(counts, search, audience)));
  return parts.filter((part) => part !== null);
};

const whatIsAsked = ({ hidden, filters, after }: ImageListQuery): Omit<Search, 'order' | 'ranges'> => ({
  listing: listingKey(hidden),
  traits: [...new Set(filters.filter(isTrait).map(traitOf))],
  filters: filters.filter((filter): filter is ColumnFilter => !isTrait(filter)),
  after,
});

/** @returns null when the audience sees nothing of what is looked for */
const findPart = async (counts: CandidateCounts, search: Search, audience: Audience): Promise<ListPart | null> => {
  const [only, ...others] = search.traits;
  if (only === undefined) return throughAudience(search, audience);
  const trait = others.length === 0 ? only : await findRarestTrait(counts, search, audience);
  if (trait === null) return null;
  if (await isBestStart(counts, search, audience, trait)) return throughTrait(search, audience, trait);
  return throughAudience(search, audience);
};

/** Whether to go through the images with a trait, rather than through all that the audience sees. */
const isBestStart = async (
  counts: CandidateCounts,
  search: Search,
  audience: Audience,
  trait: string,
): Promise<boolean> => {
  const range = rangeOf(search, audience);
  if (search.filters.some(isName)) return counts.isRare(await counts.sampleOfTrait(trait, range)); // else the name is
  const inOrder = audience.kind !== 'member' && isOrderOf('image_traits', search.order);
  return inOrder || counts.isFew(await counts.ofTrait(trait, range));
};

const isName = (filter: ImageFilter): boolean => filter.kind === 'equals' && filter.column === 'name';

const namesImages = (filter: ImageFilter): boolean => filter.kind === 'equals' && filter.column === 'id';

const findRarest = async (
  counts: CandidateCounts,
  filters: readonly IndexedFilter[],
): Promise<Readonly<{ filter: IndexedFilter; matches: number }> | null> => {
  const counted = await Promise.all(
    filters.map(async (filter) => ({ filter, matches: await counts.ofFilter(filter) })),
  );
  const [rarest] = counted.filter(({ matches }) => counts.isFew(matches)).sort(byMatches);
  return rarest ?? null;
};

/**
 * Among traits of very many images the rarest is the one whose latest images go back furthest.
 * @returns null when the audience sees no image of one of them
 */
const findRarestTrait = async (counts: CandidateCounts, search: Search, audience: Audience): Promise<string | null> => {
  const range = rangeOf(search, audience);
  const counted = await Promise.all(
    search.traits.map(async (trait) => ({ trait, ...(await counts.sampleOfTrait(trait, range)) })),
  );
  const [rarest] = counted.sort((one, other) => byMatches(one, other) || other.spanMs - one.spanMs);
  return rarest === undefined || rarest.matches === 0 ? null : rarest.trait;
};

type Counted = Readonly<{ matches: number }>;

const byMatches = (one: Counted, other: Counted): number => one.matches - other.matches;
