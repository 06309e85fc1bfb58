import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { imageFilesBelow } from '../../support/image-files.js';
import { newMember, startTrustingService, trusting } from '../../support/trusting-service.js';
import { Service } from '../../support/service.js';

const MIB = 1024 * 1024;

/** A file system of 4 MiB; null where this user may not mount one. */
const mountSmallDisk = (): string | null => {
  const folder = mkdtempSync(join(tmpdir(), 'hindsight-small-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
  if (mounted.status === 0) return folder;
  rmdirSync(folder);
  return null;
};

const unmount = (folder: string): void => {
  spawnSync('umount', [folder]);
  rmdirSync(folder);
};

/** Writes a file until the disk is full. */
const fill = (path: string): void => {
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, Buffer.alloc(4096));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(file);
  }
};

const disk = mountSmallDisk();
if (disk === null) process.stderr.write('SKIPPED: "a disk that is full" needs the right to mount a file system\n');

(disk === null ? describe.skip : describe)('a disk that is full', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startTrustingService({
      OS_DEFAULT__ENABLED_BACKENDS: 'small:file',
      OS_GLANCE_STORE__DEFAULT_BACKEND: 'small',
      OS_SMALL__FILESYSTEM_STORE_DATADIR: join(disk!, 'images'),
    });
  });
  afterAll(async () => {
    await service.remove();
    unmount(disk!);
  });

  it.each([[false], [true]])('fails the upload with 413 and leaves a queued image (in chunks: %s)', async (chunked) => {
    const member = newMember(service);
    const { id } = await member.queued();
    expectProblem(await member.upload(id, randomBytes(6 * MIB), { chunked }), 413);
    await eventually(async () =>
      expect(await member.show(id)).toMatchObject({ status: 'queued', size: null, checksum: null }),
    );
    await eventually(async () => expect(await imageFilesBelow(disk!, id)).toEqual([]));

    const data = randomBytes(MIB);
    expectStatus(await member.upload(id, data), 204);
    expect((await member.download(id)).body.equals(data)).toBe(true);
  });
});

(disk === null ? describe.skip : describe)('a disk that is full, with everything on it', () => {
  let dataDir: string;
  let service: Service;

  beforeAll(async () => {
    dataDir = mountSmallDisk()!;
    service = await Service.start({ ...trusting(), dataDir });
  });
  afterAll(async () => {
    await service.remove();
    unmount(dataDir);
  });

  it('is answered with 503, and everything goes on when there is room again', async () => {
    const member = newMember(service);
    const { id } = await member.active({}, Buffer.alloc(100_000, 'x'));
    const filler = join(dataDir, 'filler');
    fill(filler);
    const statuses: number[] = [];
    while (!statuses.includes(503)) statuses.push((await member.post('/v2/images', { name: 'x' })).status);
    expect(new Set([...statuses, 201])).toEqual(new Set([201, 503]));
    await eventually(() => expect(service.log).toContain('reactor interrupted')); // the worker, too, has met it
    rmSync(filler);
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    await eventually(async () => expect(await imageFilesBelow(dataDir, id)).toEqual([]));
    expect(await service.stop()).toBe(0);
  });
});
