import { appendByHand } from '../../support/appended-by-hand.js';
import type { StoredEvent } from '../../support/appended-by-hand.js';
import { newMember, startTrustingService } from '../../support/trusting-service.js';
import type { Service } from '../../support/service.js';

describe('a log with an event that cannot be read', () => {
  let service: Service;
  let imageId: string;

  beforeEach(async () => {
    service = await startTrustingService();
    imageId = (await newMember(service).create({ name: 'x' })).id;
    expect(await service.stop()).toBe(0);
  });
  afterEach(() => service.remove());

  it.each<[string, string, StoredEvent]>([
    ['of an unknown type', 'UnknownEventType', { type: 'ImagePainted', schemaVersion: 1, data: '{"colour":"red"}' }],
    ['of a newer version', 'UnknownEventSchema', { type: 'ImageTagAdded', schemaVersion: 99, data: '{"tag":"a"}' }],
    ['with torn data', 'InvalidStoredEvent', { type: 'ImageTagAdded', schemaVersion: 1, data: '{"tag":"a' }],
    ['with data that do not fit', 'InvalidStoredEvent', { type: 'ImageTagAdded', schemaVersion: 1, data: '{"tag":5}' }],
  ])('an event %s stops the start with a named error', async (_, error, event) => {
    appendByHand(service.dataDir, `image-${imageId}`, event);
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
