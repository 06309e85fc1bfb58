import { CompiledQuery, Kysely, PostgresDialect, PostgresDriver } from 'kysely';
import type { Driver } from 'kysely';
import type { Client } from 'pg';
import { prepareServer } from '../../../postgres/postgres.server.js';
import { ReadModelIncompatible, ReadModelUnavailable } from '../../projections.errors.js';
import { migrate } from '../migrations.js';
import type { ReadModelDatabase, ReadModelTables } from '../read-model-database.js';
import { POSTGRES } from './postgres.dialect.js';
import { translateOpenFault } from './postgres.faults.js';
import { ReadModelPool } from './postgres.pool.js';

/** Beside whatever else is in the database. */
const SCHEMA = 'hindsight';

/** Who writes holds it until the end of its transaction: an arbitrary number that nothing else there is likely to use. */
const WRITER_LOCK = 7_236_041_913;

const READING_CONNECTIONS = 8;
const CONNECT_MS = 5_000;
const LOCK_MS = 10_000;
/** What a statement needs at the very most. */
const STATEMENT_MS = 20_000;
/** Beyond what the server itself waits. */
const ANSWER_MS = STATEMENT_MS + 5_000;
/** A process that stands still in the middle of a transaction holds up all others for so long. */
const IDLE_MS = 30_000;

/** A plan that fits the values at hand beats one for any: a page of 25 rows is found otherwise than one of a thousand. */
const READER_SETTINGS = `SET search_path TO ${SCHEMA}; SET statement_timeout TO ${STATEMENT_MS};
  SET plan_cache_mode TO force_custom_plan; SET default_transaction_read_only TO on`;
/** In `read committed` each statement sees what the last holder of the lock has committed. */
const writerSettings = (
  lockMs: number,
): string => `SET search_path TO ${SCHEMA}; SET statement_timeout TO ${STATEMENT_MS};
  SET lock_timeout TO ${lockMs}; SET default_transaction_isolation TO 'read committed';
  SET idle_in_transaction_session_timeout TO ${IDLE_MS}`;

/**
 * Opens the read models in a PostgreSQL database, and makes their schema when it is missing.
 * @param url as libpq has it
 * @param lockMs how long a writer waits for those of other processes
 * @throws ReadModelIncompatible when waiting does not help, else ReadModelUnavailable
 */
export async function openPostgresReadModels(url: string, lockMs = LOCK_MS): Promise<ReadModelDatabase> {
  await prepareReadModels(url);
  const reading = new ReadModelPool(url, {
    size: READING_CONNECTIONS,
    connectMs: CONNECT_MS,
    answerMs: ANSWER_MS,
    settings: READER_SETTINGS,
    timeLimit: null,
  });
  const writing = new ReadModelPool(url, {
    size: 1, // transactions of writers come one after the other anyway
    connectMs: lockMs,
    answerMs: lockMs + ANSWER_MS,
    settings: writerSettings(lockMs),
    timeLimit: { lift: 'SET statement_timeout TO 0', restore: `SET statement_timeout TO ${STATEMENT_MS}` },
  });
  const reader = new Kysely<ReadModelTables>({ dialect: new PostgresDialect({ pool: reading }) });
  const writer = new Kysely<ReadModelTables>({ dialect: new LockingDialect(writing) });
  const close = async (): Promise<void> => {
    await Promise.all([reader.destroy(), writer.destroy()]);
    await Promise.all([reading.end(), writing.end()]); // a Kysely that was never asked ends nothing
  };
  try {
    await migrate(writer, POSTGRES, { migrationTableSchema: SCHEMA });
  } catch (error) {
    await close();
    throw error instanceof ReadModelUnavailable ? translateOpenFault(error.cause ?? error) : error;
  }
  return { reader, writer, dialect: POSTGRES, session: () => writing.lost + reading.lost, close };
}

class LockingDialect extends PostgresDialect {
  constructor(private readonly pool: ReadModelPool) {
    super({ pool });
  }

  override createDriver(): Driver {
    return new LockingDriver({ pool: this.pool });
  }
}

type PostgresConnection = Parameters<PostgresDriver['rollbackTransaction']>[0];

/** Takes the writers' lock when a transaction begins, in one trip to the server. */
class LockingDriver extends PostgresDriver {
  override async beginTransaction(connection: PostgresConnection): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw(`begin; select pg_advisory_xact_lock(${WRITER_LOCK})`));
    } catch (error) {
      await this.rollbackTransaction(connection).catch(() => undefined); // a broken connection rolls back by itself
      throw error;
    }
  }
}

async function prepareReadModels(url: string): Promise<void> {
  const errors = { Incompatible: ReadModelIncompatible, Unavailable: ReadModelUnavailable };
  try {
    await prepareServer(url, errors, makeSchema);
  } catch (error) {
    throw translateOpenFault(error);
  }
}

/** A schema that is there needs no right to make it. */
async function makeSchema(client: Client): Promise<void> {
  await client.query('BEGIN');
  await client.query(`SET LOCAL lock_timeout TO ${LOCK_MS}`);
  await client.query('SELECT pg_advisory_xact_lock($1)', [WRITER_LOCK]);
  const { rows } = await client.query<{ schema: string | null }>(`SELECT to_regnamespace($1) AS schema`, [SCHEMA]);
  if (rows[0]?.schema == null) await client.query(`CREATE SCHEMA ${SCHEMA}`);
  await client.query('COMMIT');
}
