import { createHash, randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { eventually } from '../../support/eventually.js';
import { expectStatus } from '../../support/expectations.js';
import { expectSuccess } from '../../support/run-command.js';
import { filesOf, newMember, startTrustingService } from '../../support/trusting-service.js';
import type { ImageSession } from '../../support/image-session.js';
import type { Service } from '../../support/service.js';

const MIB = 1024 * 1024;

describe('an upload and its process', () => {
  let service: Service;
  let member: ImageSession;

  beforeAll(async () => {
    service = await startTrustingService({ OS_HINDSIGHT__UPLOAD_LEASE: '2' });
    member = newMember(service);
  });
  afterAll(() => service.remove());

  const sizeOnDisk = async (id: string): Promise<number> => {
    const files = await filesOf(service, id);
    return (await Promise.all(files.map((file) => stat(file)))).reduce((sum, { size }) => sum + size, 0);
  };

  it('a process that dies in the middle leaves a queued image without bytes, which takes a second upload', async () => {
    const { id } = await member.queued();
    const upload = member.openUpload(id);
    for (let sent = 0; sent < 8; sent += 1) await upload.write(randomBytes(MIB));
    await eventually(async () => expect(await sizeOnDisk(id)).toBeGreaterThan(MIB));
    expect((await member.show(id)).status).toBe('saving');

    await service.kill9();
    upload.destroy();
    expect(await sizeOnDisk(id)).toBeGreaterThan(MIB);

    await service.launch();
    await eventually(async () =>
      expect(await member.show(id)).toMatchObject({ status: 'queued', size: null, checksum: null }),
    );
    await eventually(async () => expect(await filesOf(service, id)).toEqual([]));

    const data = randomBytes(2 * MIB + 5);
    expectStatus(await member.upload(id, data), 204);
    expect(await member.show(id)).toMatchObject({
      status: 'active',
      size: data.length,
      checksum: createHash('md5').update(data).digest('hex'),
    });
    expect((await member.download(id)).body.equals(data)).toBe(true);
  });

  it('an upload that goes on is no finding of a verification beside it', async () => {
    const { id } = await member.queued();
    const upload = member.openUpload(id);
    await upload.write(randomBytes(MIB));
    await eventually(async () => expect((await member.show(id)).status).toBe('saving'));
    expectSuccess(await service.command('verify'));
    await upload.write(randomBytes(MIB));
    upload.end();
    expectStatus(await upload.response, 204);
    expect((await member.show(id)).size).toBe(2 * MIB);
  });
});
