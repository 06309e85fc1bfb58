import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { imageFilesBelow } from '../../support/image-files.js';
import { describeOnSmallDisk, fillDisk } from '../../support/small-disk.js';
import { newMember, startTrustingService, trusting } from '../../support/trusting-service.js';
import { Service } from '../../support/service.js';

const MIB = 1024 * 1024;

describeOnSmallDisk('a disk that is full', (disk) => {
  let service: Service;

  beforeAll(async () => {
    service = await startTrustingService({
      OS_DEFAULT__ENABLED_BACKENDS: 'small:file',
      OS_GLANCE_STORE__DEFAULT_BACKEND: 'small',
      OS_SMALL__FILESYSTEM_STORE_DATADIR: join(disk.folder, 'images'),
    });
  });
  afterAll(() => service.remove());

  it.each([[false], [true]])('fails the upload with 413 and leaves a queued image (in chunks: %s)', async (chunked) => {
    const member = newMember(service);
    const { id } = await member.queued();
    expectProblem(await member.upload(id, randomBytes(6 * MIB), { chunked }), 413);
    await eventually(async () =>
      expect(await member.show(id)).toMatchObject({ status: 'queued', size: null, checksum: null }),
    );
    await eventually(async () => expect(await imageFilesBelow(disk.folder, id)).toEqual([]));

    const data = randomBytes(MIB);
    expectStatus(await member.upload(id, data), 204);
    expect((await member.download(id)).body.equals(data)).toBe(true);
  });
});

describeOnSmallDisk('a disk that is full, with everything on it', (disk) => {
  let service: Service;

  beforeAll(async () => {
    service = await Service.start({ ...trusting(), dataDir: disk.folder });
  });
  afterAll(() => service.remove());

  it('is answered with 503, and everything goes on when there is room again', async () => {
    const member = newMember(service);
    const { id } = await member.active({}, Buffer.alloc(100_000, 'x'));
    const filler = join(disk.folder, 'filler');
    fillDisk(filler);
    const statuses: number[] = [];
    while (!statuses.includes(503)) statuses.push((await member.post('/v2/images', { name: 'x' })).status);
    expect(new Set([...statuses, 201])).toEqual(new Set([201, 503]));
    await eventually(() => expect(service.log).toContain('reactor interrupted')); // the worker, too, has met it
    rmSync(filler);
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    await eventually(async () => expect(await imageFilesBelow(disk.folder, id)).toEqual([]));
    expect(await service.stop()).toBe(0);
  });
});
