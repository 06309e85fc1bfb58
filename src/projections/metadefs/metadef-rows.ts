import { nameKey } from '../../events/contracts/metadef-evolve.js';
import type { MetadefNamespacesTable, MetadefResourceTypesTable, MetadefTables } from './metadef-tables.js';
import type { MetadefResourceType, NamespaceDetails, NamespaceSummary } from './metadef.read-model.js';

/** What a namespace puts into its table; absent values sort before all others. */
export const namespaceRow = (document: NamespaceDetails): MetadefNamespacesTable => {
  const { objects, properties, tags, ...summary } = document;
  return {
    key: nameKey(document.name),
    revision: document.revision,
    namespace: document.name,
    display_name: document.displayName ?? '',
    description: document.description ?? '',
    visibility: document.visibility ?? '',
    protected: Number(document.protected ?? false),
    owner: document.owner,
    created_at: Date.parse(document.createdAt),
    updated_at: Date.parse(document.updatedAt),
    summary: JSON.stringify(summary),
    content: JSON.stringify({ objects, properties, tags }),
  };
};

export const associationRows = (document: NamespaceDetails): readonly MetadefTables['metadef_associations'][] =>
  document.associations.map(({ resourceType }) => ({
    namespace_key: nameKey(document.name),
    type_key: nameKey(resourceType),
  }));

/** Trusts what it reads, here and below: only the projection writes these, and its version changes with their shape. */
export const summaryOf = ({ summary }: Pick<MetadefNamespacesTable, 'summary'>): NamespaceSummary =>
  JSON.parse(summary) as NamespaceSummary;

export const detailsOf = (row: Pick<MetadefNamespacesTable, 'summary' | 'content'>): NamespaceDetails => ({
  ...summaryOf(row),
  ...(JSON.parse(row.content) as Pick<NamespaceDetails, 'objects' | 'properties' | 'tags'>),
});

export const typeRow = (key: string, position: number, type: MetadefResourceType): MetadefResourceTypesTable => ({
  key,
  position,
  document: JSON.stringify(type),
});

export const typeOf = ({ document }: Pick<MetadefResourceTypesTable, 'document'>): MetadefResourceType =>
  JSON.parse(document) as MetadefResourceType;
