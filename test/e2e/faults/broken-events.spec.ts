import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { newMember, startTrustingService } from '../../support/trusting-service.js';
import type { Service } from '../../support/service.js';

type StoredEvent = Readonly<{ type: string; schemaVersion: number; data: string }>;

describe('a log with an event that cannot be read', () => {
  let service: Service;
  let imageId: string;

  beforeEach(async () => {
    service = await startTrustingService();
    imageId = (await newMember(service).create({ name: 'x' })).id;
    expect(await service.stop()).toBe(0);
  });
  afterEach(() => service.remove());

  /** Puts an event behind the last one of the image, as a newer program or a broken disk might. */
  const appendByHand = (event: StoredEvent): void => {
    const database = new Database(join(service.dataDir, 'events.sqlite'));
    try {
      const last = database
        .prepare<[string], { revision: number; metadata: string }>(
          'SELECT revision, metadata FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1',
        )
        .get(`image-${imageId}`);
      database
        .prepare(
          'INSERT INTO events (stream, revision, id, type, schema_version, data, metadata) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          `image-${imageId}`,
          last!.revision + 1,
          randomUUID(),
          event.type,
          event.schemaVersion,
          event.data,
          last!.metadata,
        );
    } finally {
      database.close();
    }
  };

  it.each<[string, string, StoredEvent]>([
    ['of an unknown type', 'UnknownEventType', { type: 'ImagePainted', schemaVersion: 1, data: '{"colour":"red"}' }],
    ['of a newer version', 'UnknownEventSchema', { type: 'ImageTagAdded', schemaVersion: 99, data: '{"tag":"a"}' }],
    ['with torn data', 'InvalidStoredEvent', { type: 'ImageTagAdded', schemaVersion: 1, data: '{"tag":"a' }],
    ['with data that do not fit', 'InvalidStoredEvent', { type: 'ImageTagAdded', schemaVersion: 1, data: '{"tag":5}' }],
  ])('an event %s stops the start with a named error', async (_, error, event) => {
    appendByHand(event);
    const before = service.log.length;
    expect(await service.launchUntilExit()).not.toBe(0);
    const log = service.log.slice(before);
    expect(log).toContain(error);
    expect(log).toContain(`image-${imageId}`);
    const verified = await service.command('verify');
    expect(verified.exitCode).toBe(1);
    expect(verified.stdout + verified.stderr).toContain(error);
  });
});
