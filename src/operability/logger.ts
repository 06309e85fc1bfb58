import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import { pino } from 'pino';
import type { AppConfig } from '../config/app-config.js';
import { ConfigError } from '../config/config-error.js';

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

/**
 * JSON lines for whatever the service has to say. Fields in use: `request_id`, `image_id`, `err`.
 * @throws ConfigError when the file cannot be written
 */
export function createLogger({ level, file }: AppConfig['log'], destination = openLogDestination(file)): Logger {
  return pino({ ...form, level, redact }, destination);
}

/**
 * JSON lines for requests, of which there are many. Searching each for secrets would cost more than writing it, so only
 * fields that cannot hold any go in: see observe-requests.ts.
 */
export function createRequestLogger({ level }: AppConfig['log'], destination: LogDestination): Logger {
  return pino({ ...form, level }, destination);
}

const form = { base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime };

/** Standard output, or the configured file. @throws ConfigError when that cannot be written */
export function openLogDestination(file: string | null): LogDestination {
  // Lines that arrive during a write leave together in the next one; what is pending at exit is flushed.
  return pino.destination({ dest: file === null ? process.stdout.fd : openLogFile(file), sync: false });
}

function openLogFile(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'a', 0o640);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    throw new ConfigError([`[DEFAULT] log_file = "${file}": cannot be written (${reason})`], { cause });
  }
}
