import { Client, Pool } from 'pg';
import type { ClientBase, ClientConfig, PoolConfig } from 'pg';

const CONNECT_MS = 5000;
const IDLE_MS = 60_000;
/** Those before it get no corrections any more. */
const LEAST_MAJOR_VERSION = 14;

/** What a server is to who uses it: unfit for good, or away for now. */
type ServerErrors = Readonly<{
  Incompatible: new (message: string) => Error;
  Unavailable: new (message: string) => Error;
}>;

type ServerFacts = Readonly<{ version: number; encoding: string; standby: boolean }>;

/** A connection of its own, which is not open yet. @throws when the URL names e.g. a file that is not there */
export const newClient = (url: string): Client => {
  const client = new Client(clientConfigOf(url));
  client.on('error', () => undefined); // whoever uses it hears of it through its statements, or its end
  return client;
};

/**
 * Connections that are made when they are needed, and again when they break.
 * @param settings told each new connection before it is used; null: none
 */
export function newPool(url: string, settings: string | null, options: PoolConfig): Pool {
  const pool = new Pool({
    ...clientConfigOf(url),
    idleTimeoutMillis: IDLE_MS,
    allowExitOnIdle: true, // a start that fails for another reason must not be held up
    ...(settings !== null && {
      // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the pool waits for it, its type is behind
      onConnect: async (client: ClientBase): Promise<void> => {
        await client.query(settings);
      },
    }),
    ...options,
  });
  pool.on('error', () => undefined); // an idle connection broke: the pool has forgotten it
  return pool;
}

/**
 * Looks, on a connection of its own, whether a server will do, then has it prepared.
 * @throws one of `errors`, and the driver's, untranslated
 */
export async function prepareServer(
  url: string,
  errors: ServerErrors,
  prepare: (client: Client) => Promise<void>,
): Promise<void> {
  let client: Client | undefined;
  try {
    client = newClient(url);
    await client.connect();
    await requireServer(client, errors);
    await prepare(client);
  } finally {
    await client?.end().catch(() => undefined);
  }
}

async function requireServer(client: Client, { Incompatible, Unavailable }: ServerErrors): Promise<void> {
  const { rows } = await client.query<ServerFacts>(
    `SELECT current_setting('server_version_num')::integer AS version, current_setting('server_encoding') AS encoding,
            pg_is_in_recovery() AS standby`,
  );
  const [facts] = rows;
  if (facts === undefined) throw new Incompatible('What answers is no PostgreSQL');
  const problem = problemOf(facts);
  if (problem !== null) throw new Incompatible(problem);
  if (facts.standby) throw new Unavailable('The server is a standby, to which nothing can be written');
}

/** What is wrong with a server for good; null: nothing. `version` is its `server_version_num`, e.g. 150018. */
export function problemOf({ version, encoding }: Pick<ServerFacts, 'version' | 'encoding'>): string | null {
  const major = Math.floor(version / 10_000);
  if (major < LEAST_MAJOR_VERSION) {
    return `The server is PostgreSQL ${major}, it must be ${LEAST_MAJOR_VERSION} or newer`;
  }
  return encoding === 'UTF8' ? null : `The database has the encoding ${encoding}, it must be UTF8`;
}

const clientConfigOf = (url: string): ClientConfig => ({
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
