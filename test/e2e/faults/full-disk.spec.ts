import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { imageFilesBelow } from '../../support/image-files.js';
import { newMember, startTrustingService } from '../../support/trusting-service.js';
import type { Service } from '../../support/service.js';

const MIB = 1024 * 1024;

/** A file system of 4 MiB; null where this user may not mount one. */
const mountSmallDisk = (): string | null => {
  const folder = mkdtempSync(join(tmpdir(), 'hindsight-small-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
  if (mounted.status === 0) return folder;
  rmdirSync(folder);
  return null;
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
    spawnSync('umount', [disk!]);
    rmdirSync(disk!);
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
