import { isDeepStrictEqual } from 'node:util';
import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely';

/** Keeps queries that run often in their compiled form: building one costs more than SQLite needs to answer it. */
export class QueryCache {
  private readonly queries = new Map<string, CompiledQuery>();

  /**
   * Runs a query that is built only the first time that its shape is asked for.
   * @param shape names the query's text; whatever changes the text is part of it
   * @param parameters all values of the query in the order in which they stand in its text
   */
  execute<Tables, Row>(
    database: Kysely<Tables>,
    shape: string,
    parameters: readonly unknown[],
    build: () => Compilable<Row>,
  ): Promise<QueryResult<Row>> {
    const query = this.queries.get(shape) ?? this.compile(shape, parameters, build);
    return database.executeQuery<Row>({ ...(query as CompiledQuery<Row>), parameters });
  }

  private compile(shape: string, parameters: readonly unknown[], build: () => Compilable): CompiledQuery {
    const query = build().compile();
    if (!isDeepStrictEqual(query.parameters, parameters)) {
      throw new TypeError(`Query ${shape} does not have its parameters in the order in which they were given`);
    }
    this.queries.set(shape, query);
    return query;
  }
}
