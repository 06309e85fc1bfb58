import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Migration, MigratorProps } from 'kysely/migration';
import { ReadModelUnavailable } from '../projections.errors.js';
import type { ReadModelDialect } from './read-model-dialect.js';

type Migrations = Readonly<Record<string, Migration>>;

/**
 * What is not a projection's own: a table of a projection changes by raising its version, which rebuilds it. Each can begin
 * again where a process was killed in the middle, on a database that takes nothing back.
 */
const migrationsFor = ({ columns }: ReadModelDialect): Migrations => ({
  '0001-checkpoints-and-leases': {
    async up(database) {
      await database.schema
        .createTable('checkpoints')
        .ifNotExists()
        .addColumn('name', columns.key, (column) => column.primaryKey())
        .addColumn('position', columns.word, (column) => column.notNull())
        .addColumn('version', columns.integer, (column) => column.notNull())
        .addColumn('generation', columns.integer, (column) => column.notNull())
        .addColumn('state', columns.word, (column) => column.notNull())
        .execute();
      await database.schema
        .createTable('leases')
        .ifNotExists()
        .addColumn('name', columns.key, (column) => column.primaryKey())
        .addColumn('holder', columns.key, (column) => column.notNull())
        .addColumn('expires_at', columns.integer, (column) => column.notNull())
        .execute();
    },
  },
  '0002-task-boards': {
    async up(database) {
      await database.schema
        .createTable('task_progress')
        .ifNotExists()
        .addColumn('task_id', columns.key, (column) => column.primaryKey())
        .addColumn('step', columns.key, (column) => column.notNull())
        .addColumn('bytes_done', columns.integer, (column) => column.notNull())
        .addColumn('bytes_expected', columns.integer)
        .addColumn('updated_at', columns.integer, (column) => column.notNull())
        .execute();
      await database.schema
        .createTable('task_secrets')
        .ifNotExists()
        .addColumn('task_id', columns.key, (column) => column.primaryKey())
        .addColumn('sealed', columns.text, (column) => column.notNull())
        .addColumn('stored_at', columns.integer, (column) => column.notNull())
        .execute();
    },
  },
  '0003-cached-images': {
    async up(database) {
      await database.schema
        .createTable('cached_images')
        .ifNotExists()
        .addColumn('image_id', columns.key, (column) => column.notNull())
        .addColumn('node', columns.key, (column) => column.notNull())
        .addColumn('number', columns.integer, (column) => column.notNull())
        .addColumn('size', columns.integer, (column) => column.notNull())
        .addColumn('digest', columns.key)
        .addColumn('hits', columns.integer, (column) => column.notNull())
        .addColumn('last_accessed', columns.integer, (column) => column.notNull())
        .addColumn('last_modified', columns.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('cached_images_key', ['image_id', 'node'])
        .execute();
    },
  },
  '0004-dead-letters': {
    async up(database) {
      await database.schema
        .createTable('dead_letters')
        .addColumn('webhook', columns.key, (column) => column.notNull())
        .addColumn('event_id', columns.key, (column) => column.notNull())
        .addColumn('stream', columns.key, (column) => column.notNull())
        .addColumn('revision', columns.integer, (column) => column.notNull())
        .addColumn('type', columns.key, (column) => column.notNull())
        .addColumn('attempts', columns.integer, (column) => column.notNull())
        .addColumn('reason', columns.text, (column) => column.notNull())
        .addColumn('died_at', columns.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('dead_letters_key', ['webhook', 'event_id'])
        .execute();
    },
  },
});

/** Where the migrator notes what it has done, unless that is under its own names. */
type Notes = Pick<MigratorProps, 'migrationTableSchema' | 'migrationTableName' | 'migrationLockTableName'>;

/** Brings the schema up to date; harmless when several processes do it at once. */
export const migrate = async <Tables>(
  database: Kysely<Tables>,
  dialect: ReadModelDialect,
  notes: Notes = {},
): Promise<void> => {
  const migrations = migrationsFor(dialect);
  const migrator = new Migrator({
    ...notes,
    db: database,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error instanceof ReadModelUnavailable) throw error;
  if (error !== undefined)
    throw new ReadModelUnavailable('The read-model database cannot be migrated', {}, { cause: error });
};
