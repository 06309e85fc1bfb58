import type { MetadefNamespace } from '../../events/contracts/metadef-content.js';

/** A namespace with the revision of the last event of its stream that it has seen. */
export type NamespaceDetails = MetadefNamespace & Readonly<{ revision: number }>;

/** A namespace as lists show it: without objects, properties and tags. */
export type NamespaceSummary = Omit<NamespaceDetails, 'objects' | 'properties' | 'tags'>;

/** A type of resources that namespaces may be meant for. Times are ISO 8601 UTC. */
export type MetadefResourceType = Readonly<{ name: string; protected: boolean; createdAt: string }>;

export const NAMESPACE_SORT_KEYS = [
  'namespace',
  'display_name',
  'description',
  'visibility',
  'protected',
  'owner',
  'created_at',
  'updated_at',
] as const;

export type NamespaceSortKey = (typeof NAMESPACE_SORT_KEYS)[number];

/** Whose view it is: an admin sees all, others what is public and what their project owns. */
export type NamespaceViewer = Readonly<{ projectId: string | null; isAdmin: boolean }>;

export type NamespaceListQuery = Readonly<{
  viewer: NamespaceViewer;
  visibility: 'public' | 'private' | null;
  /** Namespaces that are meant for any of these types; null: whatever they are meant for. */
  resourceTypes: readonly string[] | null;
  sort: Readonly<{ key: NamespaceSortKey; direction: 'asc' | 'desc' }>;
  /** Rows after this namespace in the order (ties broken by creation, then name); it need not match the filters itself. */
  after: NamespaceSummary | null;
  limit: number;
}>;

/** Metadata definitions as they can be shown and listed. Names are found in whatever case they are written. */
export interface MetadefReadModel {
  find(name: string): Promise<NamespaceDetails | null>;
  list(query: NamespaceListQuery): Promise<readonly NamespaceSummary[]>;
  /** All types that are known, in the order in which they were first named. */
  resourceTypes(): Promise<readonly MetadefResourceType[]>;
}

/** NestJS token. */
export const METADEF_READ_MODEL = Symbol('MetadefReadModel');
