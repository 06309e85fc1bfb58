import type { Pool, QueryConfig, QueryResultRow } from 'pg';
import { EventStoreIncompatible, EventStoreUnavailable } from '../../events.errors.js';
import { translateFault, translateOpenFault } from './postgres.faults.js';
import { migrate } from './postgres.schema.js';
import { newPool, prepareServer } from '../../../postgres/postgres.server.js';

type PoolSettings = Readonly<{
  /** Connections at most. */
  size: number;
  /** When an answer is no longer waited for; above what the server itself waits for a lock. */
  answerMs: number;
  /** Told each new connection before it is used. */
  settings?: string;
}>;

/** Connections that are made when they are needed, and again when they break. */
export class PostgresConnections {
  private readonly pool: Pool;
  private readonly running = new Set<Promise<unknown>>();
  private ending: Promise<void> | null = null;

  constructor(url: string, { size, answerMs, settings }: PoolSettings) {
    this.pool = newPool(url, settings ?? null, { max: size, query_timeout: answerMs });
  }

  /** @throws the driver's error, untranslated; EventStoreUnavailable once it is closed */
  async query<Row extends QueryResultRow>(query: QueryConfig): Promise<readonly Row[]> {
    if (this.ending !== null) throw new EventStoreUnavailable('The event store is closed');
    const answer = this.pool.query<Row>(query);
    this.running.add(answer);
    try {
      return (await answer).rows;
    } finally {
      this.running.delete(answer);
    }
  }

  /** Waits for what is being asked: the pool would leave those without an answer who have no connection yet. */
  close(): Promise<void> {
    this.ending ??= Promise.allSettled(this.running).then(() => this.pool.end());
    return this.ending;
  }
}

/**
 * Looks whether the server will do, and makes what is missing.
 * @throws EventStoreIncompatible when waiting does not help, else EventStoreUnavailable
 */
export async function prepareEventStore(url: string): Promise<void> {
  const errors = { Incompatible: EventStoreIncompatible, Unavailable: EventStoreUnavailable };
  try {
    await prepareServer(url, errors, migrate);
  } catch (error) {
    throw translateOpenFault(error);
  }
}

/** The driver's error as one of the event store's. */
export async function translated<Result>(answer: Promise<Result>): Promise<Result> {
  try {
    return await answer;
  } catch (error) {
    throw translateFault(error);
  }
}
