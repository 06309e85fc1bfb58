import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { RenamedTablesPlugin } from '../../../src/projections/database/renamed-tables.plugin.js';

type Tables = { images: { id: string }; others: { id: string; image_id: string } };

const database = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (of) => new SqliteIntrospector(of),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
}).withPlugin(new RenamedTablesPlugin(['images'], '__2'));

describe('RenamedTablesPlugin', () => {
  it('renames its tables wherever they stand, and no others', () => {
    const query = database.selectFrom('others').innerJoin('images', 'images.id', 'others.image_id').select('images.id');
    expect(query.compile().sql).toBe(
      'select "images__2"."id" from "others" inner join "images__2" on "images__2"."id" = "others"."image_id"',
    );
  });

  it('renames what must be unique in a database: tables, indexes, keys', () => {
    const table = database.schema
      .createTable('images')
      .addColumn('id', 'text')
      .addPrimaryKeyConstraint('images_key', ['id']);
    expect(table.compile().sql).toBe(
      'create table "images__2" ("id" text, constraint "images_key__2" primary key ("id"))',
    );
    expect(database.schema.createIndex('images_named').on('images').column('id').compile().sql).toBe(
      'create index "images_named__2" on "images__2" ("id")',
    );
  });
});
