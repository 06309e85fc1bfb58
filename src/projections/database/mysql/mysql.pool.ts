import type { TlsOptions } from 'node:tls';
import { readFileSync } from 'node:fs';
import { createPool } from 'mysql2/promise';
import type { Pool, PoolConnection, PoolOptions } from 'mysql2/promise';
import type { MysqlServerConfig, MysqlTlsConfig } from '../../../config/app-config.js';
import { ReadModelUnavailable } from '../../projections.errors.js';
import { breaksConnection, translateFault } from './mysql.faults.js';

const CONNECT_MS = 5_000;

export type PoolSettings = Readonly<{
  /** Connections at most. */
  size: number;
  /** How long a connection is waited for: a new one, or one that others use now. */
  acquireMs: number;
  /** When an answer is no longer waited for; above what the server itself waits. */
  answerMs: number;
  /** Told each new connection before it is used. */
  settings: readonly string[];
  /** Told a connection before and after a statement that takes as long as it takes; null: there is none. */
  timeLimit: Readonly<{ lift: string; restore: string }> | null;
}>;

/** An index of very many rows. */
const LONG_STATEMENT = /^create index /;
const LONG_ANSWER_MS = 3_600_000;

/** What the driver is to know of a server. @throws when a file is named that cannot be read */
export const connectionOptionsOf = (server: MysqlServerConfig): PoolOptions => ({
  ...(server.socketPath === null ? { host: server.host, port: server.port } : { socketPath: server.socketPath }),
  user: server.user,
  password: server.password,
  database: server.database,
  charset: 'utf8mb4',
  connectTimeout: CONNECT_MS,
  enableKeepAlive: true,
  supportBigNumbers: true,
  ...(server.tls !== null && { ssl: tlsOptionsOf(server.tls) }),
});

const tlsOptionsOf = ({
  verifies,
  caFile,
  certFile,
  keyFile,
}: MysqlTlsConfig): NonNullable<PoolOptions['ssl']> & TlsOptions => ({
  rejectUnauthorized: verifies !== 'nothing',
  verifyIdentity: verifies === 'host',
  ...(caFile !== null && { ca: readFileSync(caFile, 'utf8') }),
  ...(certFile !== null && { cert: readFileSync(certFile, 'utf8') }),
  ...(keyFile !== null && { key: readFileSync(keyFile, 'utf8') }),
});

/** What a statement comes to. */
export type Answer = Readonly<{ rows: readonly unknown[]; affectedRows: number | null }>;

/** A connection that somebody uses. */
export class UsedConnection {
  private isBroken = false;

  constructor(
    private readonly connection: PoolConnection,
    private readonly limits: PoolSettings,
  ) {}

  /** @throws ReadModelUnavailable, and what tells of a bug */
  ask(sql: string, values: readonly unknown[] = []): Promise<Answer> {
    return LONG_STATEMENT.test(sql) ? this.askPatiently(sql) : this.askWithin(this.limits.answerMs, sql, values);
  }

  private async askPatiently(sql: string): Promise<Answer> {
    const { timeLimit } = this.limits;
    if (timeLimit !== null) await this.ask(timeLimit.lift);
    try {
      return await this.askWithin(LONG_ANSWER_MS, sql, []);
    } finally {
      if (timeLimit !== null) await this.ask(timeLimit.restore).catch(() => undefined);
    }
  }

  private async askWithin(answerMs: number, sql: string, values: readonly unknown[]): Promise<Answer> {
    try {
      const [result] = await this.connection.query({ sql, values: [...values], timeout: answerMs });
      return Array.isArray(result)
        ? { rows: result, affectedRows: null }
        : { rows: [], affectedRows: result.affectedRows };
    } catch (error) {
      if (breaksConnection(error)) this.isBroken = true;
      throw translateFault(error);
    }
  }

  /** The connection is not used by anybody again: its transaction and its locks end. */
  discard(): void {
    this.isBroken = true;
  }

  release(): void {
    if (this.isBroken) this.connection.destroy();
    else this.connection.release();
  }
}

/** Connections of one kind. They are made when they are needed, and again when they break. */
export class MysqlPool {
  private readonly pool: Pool;
  private readonly prepared = new WeakSet<object>();
  private ended = false;
  private made = 0;

  constructor(
    options: PoolOptions,
    private readonly limits: PoolSettings,
  ) {
    this.pool = createPool({ ...options, connectionLimit: limits.size, maxIdle: limits.size });
  }

  /** Connections that were made: each beyond the first of a kind takes the place of one that ended. */
  get connectionsMade(): number {
    return this.made;
  }

  /** @throws ReadModelUnavailable when there is none in time */
  async acquire(): Promise<UsedConnection> {
    if (this.ended) throw new ReadModelUnavailable('The read-model database is closed');
    const raw = await this.takeOne();
    const connection = new UsedConnection(raw, this.limits);
    if (this.prepared.has(raw.connection)) return connection;
    try {
      for (const setting of this.limits.settings) await connection.ask(setting);
    } catch (error) {
      raw.destroy();
      throw error;
    }
    this.prepared.add(raw.connection);
    this.made += 1;
    return connection;
  }

  end(): Promise<void> {
    this.ended = true;
    return this.pool.end();
  }

  private async takeOne(): Promise<PoolConnection> {
    const taking = this.pool.getConnection();
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      taking.then((connection) => connection.release()).catch(() => undefined);
      reject(new ReadModelUnavailable('No connection to the read-model database was free in time'));
    }, this.limits.acquireMs);
    try {
      return await Promise.race([taking, late]);
    } catch (error) {
      throw translateFault(error);
    } finally {
      clearTimeout(timer);
    }
  }
}
