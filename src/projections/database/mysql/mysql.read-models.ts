import { createHash } from 'node:crypto';
import { Kysely } from 'kysely';
import type { MysqlServerConfig } from '../../../config/app-config.js';
import { ReadModelIncompatible, ReadModelUnavailable } from '../../projections.errors.js';
import { migrate } from '../migrations.js';
import type { ReadModelDatabase, ReadModelTables } from '../read-model-database.js';
import { dialectOf, MARIADB, MYSQL } from './mysql.dialect.js';
import type { MysqlFlavour } from './mysql.dialect.js';
import { ReadModelMysqlDialect } from './mysql.driver.js';
import { translateOpenFault } from './mysql.faults.js';
import { connectionOptionsOf, MysqlPool } from './mysql.pool.js';
import { TABLE_PREFIX } from './mysql.query-compiler.js';

const READING_CONNECTIONS = 8;
const ACQUIRE_MS = 5_000;
const LOCK_MS = 10_000;
/** What a statement needs at the very most. */
const STATEMENT_MS = 20_000;
/** Beyond what the server itself waits. */
const ANSWER_MS = STATEMENT_MS + 5_000;
/** A process that stands still in the middle of a transaction holds up all others for so long. */
const IDLE_S = 30;

/**
 * Opens the read models in a database of MySQL or MariaDB.
 * @param lockMs how long a writer waits for those of other processes
 * @throws ReadModelIncompatible when waiting does not help, else ReadModelUnavailable
 */
export async function openMysqlReadModels(server: MysqlServerConfig, lockMs = LOCK_MS): Promise<ReadModelDatabase> {
  const options = readingFiles(() => connectionOptionsOf(server));
  const flavour = await flavourOf(options);
  const settings = settingsOf(flavour);
  const limits = { answerMs: ANSWER_MS, settings, timeLimit: null };
  const reading = new MysqlPool(options, { ...limits, size: READING_CONNECTIONS, acquireMs: ACQUIRE_MS });
  const writing = new MysqlPool(options, {
    size: 1, // transactions of writers come one after the other anyway
    acquireMs: lockMs,
    answerMs: lockMs + ANSWER_MS,
    settings: [...settings, `SET SESSION wait_timeout = ${IDLE_S}`],
    timeLimit: {
      lift: `SET SESSION ${flavour.statementLimit(0)}`,
      restore: `SET SESSION ${flavour.statementLimit(STATEMENT_MS)}`,
    },
  });
  const writerLock = { name: lockNameOf(server), patienceMs: lockMs };
  const reader = new Kysely<ReadModelTables>({ dialect: new ReadModelMysqlDialect(reading, null) });
  const writer = new Kysely<ReadModelTables>({ dialect: new ReadModelMysqlDialect(writing, writerLock) });
  const close = async (): Promise<void> => {
    await Promise.all([reader.destroy(), writer.destroy()]);
    await Promise.all([reading.end(), writing.end()]);
  };
  const dialect = dialectOf(flavour);
  try {
    await migrate(writer, dialect, {
      migrationTableName: `${TABLE_PREFIX}migrations`,
      migrationLockTableName: `${TABLE_PREFIX}migrations_lock`,
    });
  } catch (error) {
    await close();
    throw error instanceof ReadModelUnavailable ? translateOpenFault(error.cause ?? error) : error;
  }
  return { reader, writer, dialect, session: () => writing.connectionsMade, close };
}

/** A server has its locks for all of its databases, and takes names of up to 64 characters. */
const lockNameOf = ({ database }: MysqlServerConfig): string =>
  `hindsight ${createHash('sha256').update(database).digest('hex').slice(0, 40)}`;

/** Whatever the server has as its own. In `read committed` a statement sees what the last holder of the lock committed. */
const settingsOf = ({ collation, statementLimit }: MysqlFlavour): readonly string[] => [
  `SET NAMES utf8mb4 COLLATE ${collation}`,
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  `SET SESSION autocommit = 1, sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', default_storage_engine = InnoDB,
    lock_wait_timeout = 10, innodb_lock_wait_timeout = 10, ${statementLimit(STATEMENT_MS)}`,
];

type ServerFacts = Readonly<{ version: string; readOnly: number; longest: number }>;

/** Bytes that an insertion of many rows may come to. */
const LONGEST_STATEMENT = 8 << 20;

async function flavourOf(options: ReturnType<typeof connectionOptionsOf>): Promise<MysqlFlavour> {
  const pool = new MysqlPool(options, {
    size: 1,
    acquireMs: ACQUIRE_MS,
    answerMs: ANSWER_MS,
    settings: [],
    timeLimit: null,
  });
  try {
    const connection = await pool.acquire();
    const { rows } = await connection.ask(
      'SELECT version() AS version, @@global.read_only AS readOnly, @@max_allowed_packet AS longest',
    );
    connection.release();
    const [facts] = rows as readonly ServerFacts[];
    if (facts === undefined) throw new ReadModelIncompatible('What answers is neither MySQL nor MariaDB');
    const problem = versionProblemOf(facts.version) ?? packetProblemOf(facts.longest);
    if (problem !== null) throw new ReadModelIncompatible(problem);
    if (facts.readOnly !== 0) throw new ReadModelUnavailable('The server takes no writes');
    return isMariaDb(facts.version) ? MARIADB : MYSQL;
  } catch (error) {
    throw translateOpenFault(error instanceof ReadModelUnavailable ? (error.cause ?? error) : error);
  } finally {
    await pool.end();
  }
}

const isMariaDb = (version: string): boolean => /mariadb/i.test(version);

/** What is wrong with a server for good; null: nothing. Older ones change a schema in steps that can be seen. */
export function versionProblemOf(version: string): string | null {
  const [major = 0, minor = 0, patch = 0] = (/^(?:5\.5\.5-)?([\d.]+)/.exec(version)?.[1] ?? '').split('.').map(Number);
  const number = major * 1_000_000 + minor * 1_000 + patch;
  const [name, least] = isMariaDb(version) ? ['MariaDB', '10.6'] : ['MySQL', '8.0.17'];
  const leastNumber = isMariaDb(version) ? 10_006_000 : 8_000_017;
  return number >= leastNumber ? null : `The server is ${name} ${version}, it must be ${least} or newer`;
}

const packetProblemOf = (longest: number): string | null =>
  longest >= LONGEST_STATEMENT
    ? null
    : `The server's max_allowed_packet is ${longest}, it must be at least ${LONGEST_STATEMENT}`;

function readingFiles<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new ReadModelIncompatible(`A file of certificates cannot be read: ${String(error)}`, {}, { cause: error });
  }
}
