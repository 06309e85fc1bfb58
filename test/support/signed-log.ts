import { join } from 'node:path';
import Database from 'better-sqlite3';
import { eventually } from './eventually.js';
import { sendHttpRequest } from './http-client.js';
import type { Service } from './service.js';

/** Waits until the last checkpoint of a running service covers all that happened. */
export async function signedLog(service: Service): Promise<void> {
  await eventually(async () => {
    const { text } = await sendHttpRequest(service.url, { method: 'GET', path: '/metrics' });
    const [, behind] = /^hindsight_audit_unsigned_positions (\S+)$/m.exec(text) ?? [];
    if (behind !== '0') throw new Error(`positions that are not signed: ${behind ?? 'not told'}`);
  });
}

/** Does something to the database of events, as somebody can who has the file. */
export function withEventsFile<Result>(service: Service, act: (database: Database.Database) => Result): Result {
  const database = new Database(join(service.dataDir, 'events.sqlite'), { timeout: 5000 });
  try {
    return act(database);
  } finally {
    database.close();
  }
}
