import type { Logger } from 'pino';
import { pino } from 'pino';
import type { AppConfig } from '../config/app-config.js';

/** Names of fields that are never written, at the top of a record and one level below (`headers`, `error`, ...). */
const SECRET_FIELDS = [
  'x-auth-token',
  'x-service-token',
  'x-subject-token',
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'secret',
  'token',
];

const redact = {
  paths: SECRET_FIELDS.flatMap((field) => [`["${field}"]`, `*["${field}"]`, `*.*["${field}"]`]),
  censor: '[redacted]',
};

/** Where log lines go; anything with a `write` for tests. */
type LogDestination = Readonly<{ write(line: string): void }>;

type Level = Pick<AppConfig['log'], 'level'>;

/** JSON lines for whatever the service has to say. Fields in use: `request_id`, `image_id`, `err`. */
export function createLogger({ level }: Level, destination: LogDestination): Logger {
  return pino({ ...form, level, redact }, destination);
}

/**
 * JSON lines for requests, of which there are many. Searching each for secrets would cost more than writing it, so only
 * fields that cannot hold any go in: see observe-requests.ts.
 */
export function createRequestLogger({ level }: Level, destination: LogDestination): Logger {
  return pino({ ...form, level }, destination);
}

const form = { base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime };
