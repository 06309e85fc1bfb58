import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { CompiledQuery, DatabaseConnection, Dialect } from 'kysely';
import { QueryCache } from '../../../src/projections/database/query-cache.js';

type Tables = { things: { id: string; size: number } };

/** Answers nothing and remembers what it was asked. */
const remembering = (asked: CompiledQuery[]): Dialect => {
  const connection: DatabaseConnection = {
    executeQuery: (query) => {
      asked.push(query);
      return Promise.resolve({ rows: [] });
    },
    streamQuery: () => {
      throw new Error('not asked for');
    },
  };
  const done = (): Promise<void> => Promise.resolve();
  return {
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createDriver: () => ({
      init: done,
      acquireConnection: () => Promise.resolve(connection),
      beginTransaction: done,
      commitTransaction: done,
      rollbackTransaction: done,
      releaseConnection: done,
      destroy: done,
    }),
  };
};

describe('QueryCache', () => {
  const asked: CompiledQuery[] = [];
  const database = new Kysely<Tables>({ dialect: remembering(asked) });

  it('builds a query once and runs it with other values', async () => {
    const cache = new QueryCache();
    let built = 0;
    for (const id of ['a', 'b']) {
      await cache.execute(database, 'find', [id], () => {
        built += 1;
        return database.selectFrom('things').selectAll().where('id', '=', id);
      });
    }
    expect(built).toBe(1);
    expect(asked.map(({ sql, parameters }) => [sql, parameters])).toEqual([
      ['select * from "things" where "id" = ?', ['a']],
      ['select * from "things" where "id" = ?', ['b']],
    ]);
  });

  it('refuses a query whose values stand in another order than they were given', () => {
    const build = () => database.selectFrom('things').selectAll().where('id', '=', 'a').where('size', '=', 1);
    expect(() => new QueryCache().execute(database, 'find', [1, 'a'], build)).toThrow(TypeError);
  });
});
