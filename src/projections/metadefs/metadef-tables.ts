import type { SchemaModule } from 'kysely';
import { createIndex, indexesOf } from '../create-index.js';
import type { ReadModelDialect } from '../database/read-model-dialect.js';

/**
 * One row per namespace, by its name in lower case. `summary` is what lists show, `content` the rest; times are in
 * milliseconds.
 */
export type MetadefNamespacesTable = {
  key: string;
  revision: number;
  namespace: string;
  display_name: string;
  description: string;
  visibility: string;
  protected: number;
  owner: string;
  created_at: number;
  updated_at: number;
  summary: string;
  content: string;
};

type MetadefAssociationsTable = { namespace_key: string; type_key: string };

/** `position` is that of the event that made the type known. */
export type MetadefResourceTypesTable = {
  key: string;
  position: number;
  document: string;
};

export type MetadefTables = {
  metadef_namespaces: MetadefNamespacesTable;
  metadef_associations: MetadefAssociationsTable;
  metadef_resource_types: MetadefResourceTypesTable;
};

export const METADEF_TABLES = ['metadef_namespaces', 'metadef_associations', 'metadef_resource_types'] as const;

export const METADEF_INDEXES = indexesOf('metadef_namespaces', { metadef_namespaces_created: ['created_at', 'key'] });

/** The tables of the projection of metadata definitions, empty. */
export const createMetadefTables = async (schema: SchemaModule, dialect: ReadModelDialect): Promise<void> => {
  const { columns } = dialect;
  await schema
    .createTable('metadef_namespaces')
    .addColumn('key', columns.key, (column) => column.primaryKey())
    .addColumn('revision', columns.integer, (column) => column.notNull())
    .addColumn('namespace', columns.key, (column) => column.notNull())
    .addColumn('display_name', columns.key, (column) => column.notNull())
    .addColumn('description', columns.text, (column) => column.notNull())
    .addColumn('visibility', columns.word, (column) => column.notNull())
    .addColumn('protected', columns.flag, (column) => column.notNull())
    .addColumn('owner', columns.key, (column) => column.notNull())
    .addColumn('created_at', columns.integer, (column) => column.notNull())
    .addColumn('updated_at', columns.integer, (column) => column.notNull())
    .addColumn('summary', columns.text, (column) => column.notNull())
    .addColumn('content', columns.text, (column) => column.notNull())
    .execute();
  await schema
    .createTable('metadef_associations')
    .addColumn('namespace_key', columns.key, (column) => column.notNull())
    .addColumn('type_key', columns.key, (column) => column.notNull())
    .addPrimaryKeyConstraint('metadef_associations_key', ['type_key', 'namespace_key'])
    .execute();
  await schema
    .createTable('metadef_resource_types')
    .addColumn('key', columns.key, (column) => column.primaryKey())
    .addColumn('position', columns.integer, (column) => column.notNull())
    .addColumn('document', columns.text, (column) => column.notNull())
    .execute();
  const byNamespace = indexesOf('metadef_associations', { metadef_associations_namespace: ['namespace_key'] });
  for (const index of byNamespace) await createIndex(schema, index, dialect);
};
