import { Redis } from 'ioredis';
import { ConfigError } from '../../../config/config-error.js';
import { errorCodeOf } from '../../../kernel/error-code.js';

const CONNECT_MS = 5000;
/** What BullMQ needs at least. */
const LEAST_MAJOR_VERSION = 6;

/**
 * Tries the server once. One that is away may come back and is no reason to stop; one that refuses the credentials, or is
 * no Redis, will not heal by itself.
 * @throws ConfigError, which names the option but never the password
 */
export async function checkRedis(url: string): Promise<void> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: null,
    connectTimeout: CONNECT_MS,
    socketTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
  });
  const failures: Error[] = [];
  redis.on('error', (error: Error) => failures.push(error));
  const info = await answerOf(redis);
  redis.disconnect();
  const [failure] = failures; // the first says why; those that follow, that the connection is closed
  if (failure !== undefined) refuseUnlessAway(url, failure);
  else if (info !== null) refuseOldServer(url, info);
}

/** What the server says of itself; null when it does not answer. */
async function answerOf(redis: Redis): Promise<string | null> {
  try {
    await redis.connect();
    return await redis.info('server');
  } catch (error) {
    if (Error.isError(error)) redis.emit('error', error); // refusals of single commands are no events
    return null;
  }
}

function refuseOldServer(url: string, info: string): void {
  const version = /^redis_version:(\d+)\S*/m.exec(info);
  if (version !== null && Number(version[1]) >= LEAST_MAJOR_VERSION) return;
  throw refusal(url, `the server must be Redis ${LEAST_MAJOR_VERSION} or later, or Valkey`);
}

/** What a network says of a server that is away; anything else was said by a server, or about its certificate. */
const AWAY = /^(ECONN|EHOST|ENET|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|ENOENT)/;
const AWAY_TEXT = /connection is closed|socket timeout|connect ETIMEDOUT|^LOADING|^MASTERDOWN/i;

function refuseUnlessAway(url: string, error: Error): void {
  const code = errorCodeOf(error) ?? '';
  if (AWAY.test(code) || AWAY_TEXT.test(error.message)) return;
  throw refusal(url, reasonOf(error.message.trim()));
}

function reasonOf(message: string): string {
  if (/^(NOAUTH|WRONGPASS|NOPERM)|invalid password|invalid username/i.test(message)) {
    return `the server refuses the user or password (${message})`;
  }
  if (/Unknown RESP type|Protocol error/i.test(message)) return 'what answers there is no Redis';
  return `the server cannot be used (${message})`;
}

/** The cause is left out on purpose: it carries the command with the password. */
function refusal(url: string, reason: string): ConfigError {
  const { protocol, host, pathname } = new URL(url);
  return new ConfigError([`[hindsight] redis_url = "${protocol}//${host}${pathname}": ${reason}`]);
}
