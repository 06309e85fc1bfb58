import { CompiledQuery, MysqlAdapter, MysqlIntrospector } from 'kysely';
import type {
  DatabaseConnection,
  DatabaseIntrospector,
  Dialect,
  DialectAdapter,
  Driver,
  Kysely,
  QueryCompiler,
  QueryResult,
} from 'kysely';
import { ReadModelUnavailable } from '../../projections.errors.js';
import type { MysqlPool, UsedConnection } from './mysql.pool.js';
import { PrefixingQueryCompiler } from './mysql.query-compiler.js';

/** A lock of the server by its name, which whoever writes holds during a transaction. */
export type WriterLock = Readonly<{ name: string; patienceMs: number }>;

/** Kysely on connections that this program looks after itself. */
export class ReadModelMysqlDialect implements Dialect {
  /** @param writerLock null for who only reads */
  constructor(
    private readonly pool: MysqlPool,
    private readonly writerLock: WriterLock | null,
  ) {}

  createDriver(): Driver {
    return new ReadModelMysqlDriver(this.pool, this.writerLock);
  }

  createQueryCompiler(): QueryCompiler {
    return new PrefixingQueryCompiler();
  }

  createAdapter(): DialectAdapter {
    return new MysqlAdapter();
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as Kysely has it
  createIntrospector(database: Kysely<any>): DatabaseIntrospector {
    return new MysqlIntrospector(database);
  }
}

/**
 * Holds the writers' lock from before a transaction begins until after it ends: changes of the schema, before which the
 * server ends a transaction by itself, do not give it up. It belongs to the connection and goes with it.
 */
class ReadModelMysqlDriver implements Driver {
  constructor(
    private readonly pool: MysqlPool,
    private readonly lock: WriterLock | null,
  ) {}

  async init(): Promise<void> {
    // connections are made when they are needed
  }

  async acquireConnection(): Promise<MysqlConnection> {
    return new MysqlConnection(await this.pool.acquire());
  }

  async beginTransaction(connection: MysqlConnection): Promise<void> {
    if (this.lock !== null) await this.takeLock(connection, this.lock);
    await connection.run('begin');
  }

  async commitTransaction(connection: MysqlConnection): Promise<void> {
    await connection.run('commit');
    await this.giveUpLock(connection);
  }

  async rollbackTransaction(connection: MysqlConnection): Promise<void> {
    try {
      await connection.run('rollback');
      await this.giveUpLock(connection);
    } catch {
      connection.used.discard(); // which rolls back and gives up the lock as well
    }
  }

  releaseConnection({ used }: MysqlConnection): Promise<void> {
    used.release();
    return Promise.resolve();
  }

  async destroy(): Promise<void> {
    // the pool belongs to who made it
  }

  private async takeLock(connection: MysqlConnection, { name, patienceMs }: WriterLock): Promise<void> {
    const { rows } = await connection.used.ask('select get_lock(?, ?) as taken', [name, patienceMs / 1000]);
    const [answer] = rows as readonly Readonly<{ taken: unknown }>[];
    if (Number(answer?.taken) !== 1) {
      throw new ReadModelUnavailable('Another process writes to the read-model database for too long');
    }
  }

  private async giveUpLock(connection: MysqlConnection): Promise<void> {
    if (this.lock === null) return;
    try {
      await connection.used.ask('do release_lock(?)', [this.lock.name]);
    } catch {
      connection.used.discard(); // the transaction has ended as it should
    }
  }
}

class MysqlConnection implements DatabaseConnection {
  constructor(readonly used: UsedConnection) {}

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, affectedRows } = await this.used.ask(sql, parameters);
    return { rows: rows as Row[], ...(affectedRows !== null && { numAffectedRows: BigInt(affectedRows) }) };
  }

  async run(sql: string): Promise<void> {
    await this.executeQuery(CompiledQuery.raw(sql));
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new TypeError('Read models are not read as streams');
  }
}
