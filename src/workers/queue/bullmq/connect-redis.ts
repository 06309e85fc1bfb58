import { Redis } from 'ioredis';
import type { RedisOutages } from './redis-outages.js';

const RECONNECT_STEP_MS = 100;
const LONGEST_RECONNECT_MS = 2000;
/** A connection that owes an answer for so long is dead; longer than any command that BullMQ lets block. */
const SILENCE_MS = 30_000;

/** A connection that comes back by itself; commands wait for it without end. It has to be closed with `disconnect`. */
export function connectRedis(url: string, outages: RedisOutages): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(attempt * RECONNECT_STEP_MS, LONGEST_RECONNECT_MS),
    socketTimeout: SILENCE_MS,
  });
  redis.on('error', (error: Error) => outages.noticed(error));
  redis.on('ready', () => outages.over());
  return redis;
}
