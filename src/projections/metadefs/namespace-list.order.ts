import { sql } from 'kysely';
import type { Expression, SqlBool } from 'kysely';
import { nameKey } from '../../events/contracts/metadef-evolve.js';
import { isAfter } from '../database/rows-after.js';
import type { RowRanges } from '../database/rows-after.js';
import type { NamespaceListQuery, NamespaceSortKey, NamespaceSummary } from './metadef.read-model.js';

type SortColumn = NamespaceSortKey | 'key';

/** What each column holds of a namespace: never null, so that no page loses the rows without a value. */
const VALUES: Readonly<Record<SortColumn, (of: NamespaceSummary) => string | number>> = {
  key: ({ name }) => nameKey(name),
  namespace: ({ name }) => name,
  display_name: ({ displayName }) => displayName ?? '',
  description: ({ description }) => description ?? '',
  visibility: ({ visibility }) => visibility ?? '',
  protected: (namespace) => Number(namespace.protected ?? false),
  owner: ({ owner }) => owner,
  created_at: ({ createdAt }) => Date.parse(createdAt),
  updated_at: ({ updatedAt }) => Date.parse(updatedAt),
};

/** The columns that make the order total; all go in the direction of the first. */
export const sortKeys = ({ key }: NamespaceListQuery['sort']): readonly SortColumn[] =>
  key === 'created_at' ? ['created_at', 'key'] : [key, 'created_at', 'key'];

/** Whether a row comes after this namespace. */
export const comesAfter = (
  sort: NamespaceListQuery['sort'],
  marker: NamespaceSummary,
  ranges: RowRanges,
): Expression<SqlBool> => {
  const { direction } = sort;
  const steps = sortKeys(sort).map((key) => ({
    column: sql.ref<string | number>(key),
    value: VALUES[key](marker),
    direction,
  }));
  return isAfter(steps, ranges);
};
