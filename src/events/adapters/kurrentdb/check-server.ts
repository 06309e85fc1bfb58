import { EventStoreIncompatible, EventStoreRefused } from '../../events.errors.js';
import type { KurrentDbClient } from './kurrentdb.client.js';
import { isAccessDenied, isUnimplemented } from './kurrentdb.faults.js';

/** The first that tells the place in the log of events that are read from their stream. */
const OLDEST = [22, 10] as const;

/** @throws EventStoreIncompatible, EventStoreRefused, and what keeps the server from answering */
export async function checkServer(client: Pick<KurrentDbClient, 'serverVersion' | 'readAll'>): Promise<void> {
  try {
    // First: when no server is found, the client would remember that answer to the question after the version.
    await client.readAll({ backwards: true, from: null, count: 1 });
    requireVersion(await client.serverVersion());
  } catch (cause) {
    if (isAccessDenied(cause)) {
      throw new EventStoreRefused('the server refuses these credentials, or they may not read $all', {}, { cause });
    }
    if (isUnimplemented(cause)) throw new EventStoreIncompatible('the server is no KurrentDB', {}, { cause });
    throw cause;
  }
}

function requireVersion(version: string): void {
  const [, major = '', minor = ''] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  const [year, month] = [Number(major), Number(minor)];
  if (major !== '' && (year > OLDEST[0] || (year === OLDEST[0] && month >= OLDEST[1]))) return;
  throw new EventStoreIncompatible(`the server's version is ${version}, needed is ${OLDEST.join('.')} or newer`, {
    version,
  });
}
