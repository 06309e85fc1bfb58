import type { ColumnType, SchemaModule } from 'kysely';
import { indexesOf } from '../create-index.js';
import type { TableIndex } from '../create-index.js';
import type { ReadModelDialect } from '../database/read-model-dialect.js';

/** Some databases answer a 64-bit integer as text. */
type Count = ColumnType<number | string, number, number>;

/** One row per image: the document that is shown, and what lists filter and sort by. Times are in milliseconds. */
export type ImagesTable = {
  id: string;
  revision: number;
  owner: string | null;
  name: string | null;
  /** The name to sort and find by: '' when there is none. */
  name_key: string;
  status: string;
  visibility: string;
  protected: number;
  /** In which lists it stands, if in any: see listingOf. */
  listing: number;
  disk_format: string | null;
  container_format: string | null;
  size: number | null;
  /** The size to sort by: 0 when there is none. */
  size_key: number;
  virtual_size: number | null;
  min_disk: number;
  min_ram: number;
  checksum: string | null;
  hash_algo: string | null;
  hash_value: string | null;
  created_at: number;
  updated_at: number;
  document: string;
};

export type ImageTables = {
  images: ImagesTable;
  /**
   * A row for each property and tag. It repeats of the image what tells who may see it and when it was created, so that the
   * images with a trait that one audience may see are a range of an index in the usual order.
   */
  image_traits: {
    trait: string;
    /** '' when there is none. */
    owner: string;
    visibility: string;
    listing: number;
    created_at: number;
    image_id: string;
  };
  image_members: {
    image_id: string;
    member_id: string;
    status: string;
    /** Whether the membership makes the image visible: it is shared, and belongs to another project. */
    effective: number;
    /** Of the image, so that what is shared with a project is a range of an index in the usual orders, too. */
    listing: number;
    name_key: string;
    size_key: number;
    created_at: number;
  };
  /** What each project's images take together, kept up with every change. */
  image_usage: { owner: string; images: Count; stored_bytes: Count; staged_bytes: Count; uploading: Count };
};

/** Tables whose rows say something of one image. */
export const ROWS_OF_IMAGES = ['images', 'image_traits', 'image_members'] as const;

export const IMAGE_TABLES = [...ROWS_OF_IMAGES, 'image_usage'] as const;

/** One index range per visibility, and one per owner and visibility, for each of the usual orders. */
const ORDERS = {
  created: ['created_at', 'id'],
  named: ['name_key', 'created_at', 'id'],
  updated: ['updated_at', 'created_at', 'id'],
  sized: ['size_key', 'created_at', 'id'],
} as const;

const TRAIT_RANGE = ['visibility', 'listing', 'created_at', 'image_id'] as const;
const MEMBER_RANGE = ['member_id', 'status', 'effective', 'listing'] as const;

/** Beside the range of an owner, which is the key of the traits, that of everybody. Nothing finds all traits of one image. */
export const IMAGE_INDEXES: readonly TableIndex[] = [
  ...Object.entries(ORDERS).flatMap(([order, columns]) =>
    indexesOf('images', {
      [`images_${order}`]: ['visibility', 'listing', ...columns],
      [`images_owned_${order}`]: ['owner', 'visibility', 'listing', ...columns],
    }),
  ),
  ...indexesOf('images', {
    images_status: ['status', 'updated_at', 'id'],
  }),
  // most of a new image's values are not there yet
  { name: 'images_checksum', table: 'images', columns: ['checksum', 'id'], of: 'checksum' },
  { name: 'images_hash', table: 'images', columns: ['hash_value', 'id'], of: 'hash_value' },
  ...indexesOf('image_traits', { image_traits_open: ['trait', ...TRAIT_RANGE] }),
  ...indexesOf('image_members', {
    image_members_created: [...MEMBER_RANGE, 'created_at', 'image_id'],
    image_members_named: [...MEMBER_RANGE, 'name_key', 'created_at', 'image_id'],
    image_members_sized: [...MEMBER_RANGE, 'size_key', 'created_at', 'image_id'],
  }),
];

/** The tables of the image projection, empty. */
export const createImageTables = async (schema: SchemaModule, dialect: ReadModelDialect): Promise<void> => {
  await createImages(schema, dialect);
  await createTraits(schema, dialect);
  await createMembers(schema, dialect);
  await createUsage(schema, dialect);
};

const createImages = (schema: SchemaModule, { columns }: ReadModelDialect): Promise<void> =>
  schema
    .createTable('images')
    .addColumn('id', columns.word, (column) => column.primaryKey())
    .addColumn('revision', columns.integer, (column) => column.notNull())
    .addColumn('owner', columns.key)
    .addColumn('name', columns.key)
    .addColumn('name_key', columns.key, (column) => column.notNull())
    .addColumn('status', columns.word, (column) => column.notNull())
    .addColumn('visibility', columns.word, (column) => column.notNull())
    .addColumn('protected', columns.flag, (column) => column.notNull())
    .addColumn('listing', columns.flag, (column) => column.notNull())
    .addColumn('disk_format', columns.key)
    .addColumn('container_format', columns.key)
    .addColumn('size', columns.integer)
    .addColumn('size_key', columns.integer, (column) => column.notNull())
    .addColumn('virtual_size', columns.integer)
    .addColumn('min_disk', columns.integer, (column) => column.notNull())
    .addColumn('min_ram', columns.integer, (column) => column.notNull())
    .addColumn('checksum', columns.key)
    .addColumn('hash_algo', columns.key)
    .addColumn('hash_value', columns.key)
    .addColumn('created_at', columns.integer, (column) => column.notNull())
    .addColumn('updated_at', columns.integer, (column) => column.notNull())
    .addColumn('document', columns.text, (column) => column.notNull())
    .execute();

const createUsage = (schema: SchemaModule, { columns }: ReadModelDialect): Promise<void> =>
  schema
    .createTable('image_usage')
    .addColumn('owner', columns.key, (column) => column.primaryKey())
    .addColumn('images', columns.integer, (column) => column.notNull())
    .addColumn('stored_bytes', columns.integer, (column) => column.notNull())
    .addColumn('staged_bytes', columns.integer, (column) => column.notNull())
    .addColumn('uploading', columns.integer, (column) => column.notNull())
    .execute();

const createTraits = async (schema: SchemaModule, { columns, narrowTable }: ReadModelDialect): Promise<void> => {
  const table = schema
    .createTable('image_traits')
    .addColumn('trait', columns.key, (column) => column.notNull())
    .addColumn('owner', columns.key, (column) => column.notNull())
    .addColumn('visibility', columns.word, (column) => column.notNull())
    .addColumn('listing', columns.flag, (column) => column.notNull())
    .addColumn('created_at', columns.integer, (column) => column.notNull())
    .addColumn('image_id', columns.word, (column) => column.notNull())
    .addPrimaryKeyConstraint('image_traits_key', ['trait', 'owner', ...TRAIT_RANGE]);
  await (narrowTable === null ? table : table.modifyEnd(narrowTable)).execute();
};

const createMembers = async (schema: SchemaModule, dialect: ReadModelDialect): Promise<void> => {
  const { columns, narrowTable } = dialect;
  const table = schema
    .createTable('image_members')
    .addColumn('image_id', columns.word, (column) => column.notNull())
    .addColumn('member_id', columns.key, (column) => column.notNull())
    .addColumn('status', columns.word, (column) => column.notNull())
    .addColumn('effective', columns.flag, (column) => column.notNull())
    .addColumn('listing', columns.flag, (column) => column.notNull())
    .addColumn('name_key', columns.key, (column) => column.notNull())
    .addColumn('size_key', columns.integer, (column) => column.notNull())
    .addColumn('created_at', columns.integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('image_members_key', ['image_id', 'member_id']);
  await (narrowTable === null ? table : table.modifyEnd(narrowTable)).execute();
};
