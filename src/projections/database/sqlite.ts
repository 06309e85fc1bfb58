import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { CompiledQuery, Kysely, SqliteAdapter, SqliteDialect, SqliteDriver, sql } from 'kysely';
import type { DatabaseConnection, Driver, QueryResult, SqliteDatabase, SqliteStatement } from 'kysely';
import { errorCodeOf } from '../../kernel/error-code.js';
import { ReadModelUnavailable } from '../projections.errors.js';
import { BackgroundFlush } from './background-flush.js';
import { dropAndRename } from './drop-and-rename.js';
import { migrate } from './migrations.js';
import type { ReadModelDatabase, ReadModelTables } from './read-model-database.js';
import type { ReadModelDialect } from './read-model-dialect.js';

const BUSY_TIMEOUT_MS = 5_000;
/** Waiting inside SQLite blocks this process; beyond this the writer waits between its attempts instead. */
const WRITER_BUSY_TIMEOUT_MS = 5;
const WRITER_RETRY_MS = 2;
const WRITER_PATIENCE_MS = 30_000;
const CACHED_STATEMENTS = 500;
const CACHE_KIB = 16_384;
/** A checkpoint writes every page once, however often the log holds it: the more pages, the less there is to write twice. */
const CHECKPOINT_PAGES = 4_000;

const SQLITE: ReadModelDialect = {
  columns: { key: 'text', word: 'text', text: 'text', integer: 'integer', flag: 'integer' },
  narrowTable: sql`without rowid`,
  rowsPerInsert: 50,
  conflictClause: 'on conflict',
  mergesSortedParts: true,
  rangesOverRows: true,
  partialIndexes: true,
  replaceTables: dropAndRename,
};

/**
 * Opens the embedded read-model database, and creates it when there is none. Any number of processes may share one file.
 * @throws ReadModelUnavailable when the file is no database, or cannot be read and written
 */
export const openReadModelDatabase = async (file: string): Promise<ReadModelDatabase> => {
  const [write, read] = [openConnection(file), openConnection(file)];
  read.pragma('query_only = ON');
  write.pragma(`busy_timeout = ${WRITER_BUSY_TIMEOUT_MS}`);
  const flush = new BackgroundFlush(() => open(`${file}-wal`, 'r'));
  const dialectOf = (connection: Database.Database): ReadModelSqliteDialect =>
    new ReadModelSqliteDialect(new StatementCache(connection), () => flush.committed());
  const writer = new Kysely<ReadModelTables>({ dialect: dialectOf(write) });
  const reader = new Kysely<ReadModelTables>({ dialect: dialectOf(read) });
  const close = async (): Promise<void> => {
    await Promise.all([reader.destroy(), writer.destroy()]);
    await flush.close();
    [read, write].forEach((connection) => connection.close()); // a Kysely that was never asked closes nothing
  };
  try {
    await migrate(writer, SQLITE);
  } catch (error) {
    await close();
    throw error;
  }
  return { reader, writer, dialect: SQLITE, session: () => 0, close };
};

const openConnection = (file: string): Database.Database => {
  try {
    const connection = new Database(file, { timeout: BUSY_TIMEOUT_MS });
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = NORMAL'); // what a power cut takes is projected again: the checkpoint goes with it
    connection.pragma(`cache_size = -${CACHE_KIB}`);
    connection.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    return connection;
  } catch (error) {
    throw new ReadModelUnavailable('The read-model database cannot be opened', {}, { cause: error });
  }
};

class ReadModelSqliteDialect extends SqliteDialect {
  constructor(
    private readonly statements: StatementCache,
    private readonly onCommit: () => void,
  ) {
    super({ database: statements });
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.statements, this.onCommit);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalDdlAdapter();
  }
}

/** Migrations run in a transaction, and so one after the other when several processes start at once. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Takes the write lock when a transaction begins: what it reads cannot be overtaken before it writes. */
class ImmediateDriver extends SqliteDriver {
  private patient: PatientConnection | null = null;

  constructor(
    private readonly statements: StatementCache,
    private readonly onCommit: () => void,
  ) {
    super({ database: statements });
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return (this.patient ??= new PatientConnection(await super.acquireConnection(), this.statements));
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection);
    this.onCommit();
  }

  /** After some errors, as on a full disk, SQLite has rolled back by itself; a second time would fail and hide the cause. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.statements.inTransaction) await super.rollbackTransaction(connection);
  }
}

/** Waits for other processes before a transaction, and before a statement that is one by itself; within one it has the lock. */
class PatientConnection implements DatabaseConnection {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly statements: StatementCache,
  ) {}

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const giveUpAt = performance.now() + WRITER_PATIENCE_MS;
    for (;;) {
      try {
        return await this.connection.executeQuery<Row>(query);
      } catch (error) {
        if (!isBusy(error) || this.statements.inTransaction || performance.now() > giveUpAt) throw error;
      }
      await delay(WRITER_RETRY_MS);
    }
  }

  streamQuery<Row>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<Row>> {
    return this.connection.streamQuery<Row>(query, chunkSize);
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof ReadModelUnavailable && errorCodeOf(error.cause)?.startsWith('SQLITE_BUSY') === true;

/** Prepares each statement once, and forgets the one that has not been used for longest. */
class StatementCache implements SqliteDatabase {
  private readonly statements = new Map<string, SqliteStatement>();

  constructor(private readonly connection: Database.Database) {}

  prepare(text: string): SqliteStatement {
    const statement = this.statements.get(text) ?? translateErrors(() => this.wrap(this.connection.prepare(text)));
    this.statements.delete(text);
    this.statements.set(text, statement);
    const [oldest] = this.statements.keys();
    if (this.statements.size > CACHED_STATEMENTS && oldest !== undefined) this.statements.delete(oldest);
    return statement;
  }

  get inTransaction(): boolean {
    return this.connection.inTransaction;
  }

  close(): void {
    this.statements.clear();
    this.connection.close();
  }

  private wrap(statement: Database.Statement): SqliteStatement {
    return {
      reader: statement.reader,
      all: (parameters) => translateErrors(() => statement.all(parameters)),
      run: (parameters) => translateErrors(() => statement.run(parameters)),
      iterate: (parameters) => translateErrors(() => statement.iterate(parameters)),
    };
  }
}

/** The codes that say something about the machine; any other tells of a mistake in a statement. */
const MACHINE_CODES = ['BUSY', 'LOCKED', 'FULL', 'IOERR', 'CANTOPEN', 'READONLY', 'CORRUPT', 'NOTADB', 'PERM', 'NOMEM'];

const translateErrors = <Result>(act: () => Result): Result => {
  try {
    return act();
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === null || !MACHINE_CODES.some((it) => code.startsWith(`SQLITE_${it}`))) throw error;
    throw new ReadModelUnavailable(`The read-model database failed (${code})`, { code }, { cause: error });
  }
};
