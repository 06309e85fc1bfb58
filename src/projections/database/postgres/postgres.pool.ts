import { TypeOverrides, types } from 'pg';
import type { Pool, PoolClient } from 'pg';
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { isInDoubt } from '../../../postgres/postgres.faults.js';
import { newPool } from '../../../postgres/postgres.server.js';
import { ReadModelUnavailable } from '../../projections.errors.js';
import { translateFault } from './postgres.faults.js';

/** Statements that a connection keeps prepared; those that come later are sent anew each time. */
const PREPARED_STATEMENTS = 500;

export type PoolSettings = Readonly<{
  /** Connections at most. */
  size: number;
  /** How long a connection is waited for: a new one, or one that others use now. */
  connectMs: number;
  /** When an answer is no longer waited for; above what the server itself waits. */
  answerMs: number;
  /** Told each new connection before it is used. */
  settings: string;
  /** Told a connection before and after a statement that takes as long as it takes; null: there is none. */
  timeLimit: Readonly<{ lift: string; restore: string }> | null;
}>;

/** An index of very many rows. */
const LONG_STATEMENT = /^create index /;
const LONG_ANSWER_MS = 3_600_000;

/** Connections of one kind, as Kysely takes them. They are made when they are needed, and again when they break. */
export class ReadModelPool implements PostgresPool {
  readonly options = {};
  private readonly pool: Pool;
  private readonly names = new Map<string, string>();
  private readonly clients = new WeakMap<PoolClient, PostgresPoolClient>();
  private readonly connecting = new Set<Promise<PoolClient>>();
  private ending: Promise<void> | null = null;
  private losses = 0;

  constructor(
    url: string,
    private readonly limits: PoolSettings,
  ) {
    const { size, connectMs, answerMs, settings } = limits;
    this.pool = newPool(url, settings, {
      connectionTimeoutMillis: connectMs,
      max: size,
      query_timeout: answerMs,
      types: numbersForIntegers(),
    });
    this.pool.on('remove', () => (this.losses += 1));
  }

  /** Connections that ended, for whatever reason. */
  get lost(): number {
    return this.losses;
  }

  async connect(): Promise<PostgresPoolClient> {
    if (this.ending !== null) throw new ReadModelUnavailable('The read-model database is closed');
    const connecting = this.pool.connect();
    this.connecting.add(connecting);
    try {
      const client = await connecting;
      const wrapped = this.clients.get(client) ?? new PreparingClient(client, this.names, this.limits.timeLimit);
      this.clients.set(client, wrapped);
      return wrapped;
    } catch (error) {
      throw translateFault(error);
    } finally {
      this.connecting.delete(connecting);
    }
  }

  /** Waits for who waits for a connection: the pool would leave them without an answer. */
  end(): Promise<void> {
    this.ending ??= Promise.allSettled(this.connecting).then(() => this.pool.end());
    return this.ending;
  }
}

/** Lets the server keep statements that have values, and speaks of its errors in the words of read models. */
class PreparingClient implements PostgresPoolClient {
  private isBroken = false;

  /** @param names of statements by their text, the same on all connections */
  constructor(
    private readonly client: PoolClient,
    private readonly names: Map<string, string>,
    private readonly timeLimit: PoolSettings['timeLimit'],
  ) {
    client.on('error', () => (this.isBroken = true)); // whoever uses it hears of it through its statements
  }

  get processID(): number {
    return (this.client as Readonly<{ processID?: number }>).processID ?? 0;
  }

  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    text: string | PostgresCursor<R>,
    values: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof text !== 'string') throw new TypeError('Read models are not read with cursors');
    return LONG_STATEMENT.test(text) ? this.askPatiently(text) : this.ask(text, values);
  }

  release(destroy = false): void {
    this.client.release(destroy || this.isBroken);
  }

  /** In a transaction, a failure takes the setting back as well. */
  private async askPatiently<R>(text: string): Promise<PostgresQueryResult<R>> {
    if (this.timeLimit === null) return this.ask(text, []);
    await this.ask(this.timeLimit.lift, []);
    try {
      return await this.ask(text, [], LONG_ANSWER_MS);
    } finally {
      await this.ask(this.timeLimit.restore, []).catch(() => undefined);
    }
  }

  private async ask<R>(text: string, values: readonly unknown[], answerMs?: number): Promise<PostgresQueryResult<R>> {
    const name = values.length === 0 ? undefined : this.nameOf(text);
    try {
      const answer = await this.client.query({
        text,
        values: values.map(storable),
        ...(name !== undefined && { name }),
        ...(answerMs !== undefined && { query_timeout: answerMs }),
      });
      return answer as unknown as PostgresQueryResult<R>;
    } catch (error) {
      if (isInDoubt(error)) this.isBroken = true; // what it answers next may belong to this statement
      throw translateFault(error);
    }
  }

  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.names.size >= PREPARED_STATEMENTS) return known;
    const name = `q${this.names.size}`;
    this.names.set(text, name);
    return name;
  }
}

/** The driver leaves 64-bit integers as text. Those of read models are exact as numbers. */
const numbersForIntegers = (): TypeOverrides => {
  const overrides = new TypeOverrides();
  overrides.setTypeParser(types.builtins.INT8, Number);
  return overrides;
};

/** PostgreSQL has no zero byte in a text. Nothing that is kept has one; who looks for it finds nothing. */
const storable = (value: unknown): unknown =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\u{10FFFF}') : value;
