import { Client, Pool } from 'pg';
import type { ClientBase, ClientConfig, QueryConfig, QueryResultRow } from 'pg';
import { EventStoreIncompatible, EventStoreUnavailable } from '../../events.errors.js';
import { translateFault, translateOpenFault } from './postgres.faults.js';
import { migrate } from './postgres.schema.js';

const CONNECT_MS = 5000;
/** Those before it get no corrections any more. */
const LEAST_MAJOR_VERSION = 14;

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
    this.pool = new Pool({
      ...clientConfigOf(url),
      max: size,
      idleTimeoutMillis: 60_000,
      allowExitOnIdle: true, // a start that fails for another reason must not be held up
      query_timeout: answerMs,
      ...(settings !== undefined && {
        // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the pool waits for it, its type is behind
        onConnect: async (client: ClientBase): Promise<void> => {
          await client.query(settings);
        },
      }),
    });
    this.pool.on('error', () => undefined); // an idle connection broke: the pool has forgotten it
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

/** A connection of its own, which is not open yet. @throws when the URL names e.g. a file that is not there */
export const newClient = (url: string): Client => {
  const client = new Client(clientConfigOf(url));
  client.on('error', () => undefined); // whoever uses it hears of it through its statements, or its end
  return client;
};

/**
 * Looks whether the server will do, and makes what is missing.
 * @throws EventStoreIncompatible when waiting does not help, else EventStoreUnavailable
 */
export async function prepareServer(url: string): Promise<void> {
  let client: Client | undefined;
  try {
    client = newClient(url);
    await client.connect();
    await requireServer(client);
    await migrate(client);
  } catch (error) {
    throw translateOpenFault(error);
  } finally {
    await client?.end().catch(() => undefined);
  }
}

type ServerFacts = Readonly<{ version: number; encoding: string; standby: boolean }>;

async function requireServer(client: Client): Promise<void> {
  const { rows } = await client.query<ServerFacts>(
    `SELECT current_setting('server_version_num')::integer AS version, current_setting('server_encoding') AS encoding,
            pg_is_in_recovery() AS standby`,
  );
  const [facts] = rows;
  if (facts === undefined) throw new EventStoreIncompatible('What answers is no PostgreSQL');
  const problem = problemOf(facts);
  if (problem !== null) throw new EventStoreIncompatible(problem);
  if (facts.standby) throw new EventStoreUnavailable('The server is a standby, to which nothing can be written');
}

/** What is wrong with a server for good; null: nothing. `version` is its `server_version_num`, e.g. 150018. */
export function problemOf({ version, encoding }: Pick<ServerFacts, 'version' | 'encoding'>): string | null {
  const major = Math.floor(version / 10_000);
  if (major < LEAST_MAJOR_VERSION) {
    return `The server is PostgreSQL ${major}, it must be ${LEAST_MAJOR_VERSION} or newer`;
  }
  return encoding === 'UTF8' ? null : `The database has the encoding ${encoding}, it must be UTF8`;
}

/** The driver's error as one of the event store's. */
export async function translated<Result>(answer: Promise<Result>): Promise<Result> {
  try {
    return await answer;
  } catch (error) {
    throw translateFault(error);
  }
}

/** What the driver is to know of a server. @throws when the URL names e.g. a file that is not there */
export const clientConfigOf = (url: string): ClientConfig => ({
  connectionString: withLibpqMeaning(url),
  connectionTimeoutMillis: CONNECT_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: 30_000,
  fallback_application_name: 'hindsight',
});

/** What `sslmode` means to every other program that takes such a URL. The driver has a meaning of its own otherwise. */
function withLibpqMeaning(url: string): string {
  const parsed = URL.parse(url);
  if (parsed?.searchParams.has('sslmode') !== true) return url;
  parsed.searchParams.set('uselibpqcompat', 'true');
  return parsed.href;
}
