import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import {
  ImageGone,
  ImageNotFound,
  ImageStatusConflict,
} from '../../../../../src/modules/images/domain/image.errors.js';
import {
  SizeLimitExceeded,
  SizeMismatch,
  StoreDuplicate,
  UploadAborted,
} from '../../../../../src/stores/stores.errors.js';
import { eventually } from '../../../../support/eventually.js';
import { openImageWorkbench, OWNER } from '../../../../support/image-workbench.js';
import type { ImageWorkbench, WorkbenchOptions } from '../../../../support/image-workbench.js';
import {
  abandonedStaging,
  deleteImage,
  queuedImage,
  staged,
  stagedImage,
} from '../../../../support/workbench-images.js';

const request = { caller: OWNER, requestId: 'req-1' };
const STRANGER = { ...OWNER, userId: 'u2', projectId: 'p2' };

describe('staging image data', () => {
  let bench: ImageWorkbench;

  const open = async (options?: WorkbenchOptions) => (bench = await openImageWorkbench(options));
  afterEach(() => bench.close());

  const stage = (imageId: string, source: Readable, expectedBytes: number | null = null, caller = OWNER) =>
    bench.stagings.stage({ imageId, source, expectedBytes }, { ...request, caller });
  const statusOf = async (imageId: string) => (await bench.readModel.find(imageId))?.status;
  const bytes = (text: string) => Readable.from([Buffer.from(text)]);

  it('leaves the data in the staging area: uploading, with a size and without hashes', async () => {
    await open();
    const imageId = await queuedImage(bench);
    await stage(imageId, bytes('ABCDEFGHIJ'), 10);
    expect(await bench.readModel.find(imageId)).toMatchObject({
      status: 'uploading',
      sizeBytes: 10,
      checksum: null,
      hashValue: null,
      locations: [],
    });
    expect(await staged(bench)).toEqual([imageId]);
    expect((await bench.images.stateOf(imageId)).uploadId).toBeNull();
  });

  it.each([
    ['more bytes than one image may have', SizeLimitExceeded, null, { OS_DEFAULT__IMAGE_SIZE_CAP: '5' }],
    ['other than the announced number of bytes', SizeMismatch, 11, {}],
  ])('refuses %s, and leaves neither bytes nor claim', async (_, refusal, expectedBytes, environment) => {
    await open({ environment });
    const imageId = await queuedImage(bench);
    await expect(stage(imageId, bytes('ABCDEFGHIJ'), expectedBytes)).rejects.toBeInstanceOf(refusal);
    expect([await statusOf(imageId), await staged(bench)]).toEqual(['queued', []]);
    await expect(stage(imageId, bytes('ABCD'))).resolves.toBeUndefined();
  });

  it('does not look at the quota of the owner', async () => {
    await open({ environment: { OS_DEFAULT__USER_STORAGE_QUOTA: '5' } });
    await expect(stage(await queuedImage(bench), bytes('ABCDEFGHIJ'))).resolves.toBeUndefined();
  });

  it('queues the image again when the client goes away', async () => {
    await open();
    const imageId = await queuedImage(bench);
    const source = new PassThrough();
    source.write('half');
    const staging = stage(imageId, source);
    await eventually(async () => expect(await statusOf(imageId)).toBe('uploading'));
    source.destroy();
    await expect(staging).rejects.toBeInstanceOf(UploadAborted);
    expect([await statusOf(imageId), await staged(bench)]).toEqual(['queued', []]);
  });

  it('refuses a second staging, and keeps the first', async () => {
    await open();
    const imageId = await stagedImage(bench);
    await expect(stage(imageId, bytes('again'))).rejects.toBeInstanceOf(ImageStatusConflict);
    expect([await statusOf(imageId), await staged(bench)]).toEqual(['uploading', [imageId]]);
  });

  it('is for those who may change the image', async () => {
    await open();
    const imageId = await queuedImage(bench);
    await expect(stage(imageId, bytes('x'), null, STRANGER)).rejects.toBeInstanceOf(ImageNotFound);
    await expect(stage(randomUUID(), bytes('x'))).rejects.toBeInstanceOf(ImageNotFound);
    expect(await statusOf(imageId)).toBe('queued');
  });

  it('is told that the image is gone when it was deleted meanwhile, and leaves nothing behind', async () => {
    await open();
    const imageId = await queuedImage(bench);
    const source = new PassThrough();
    const staging = stage(imageId, source);
    await eventually(async () => expect(await statusOf(imageId)).toBe('uploading'));
    await deleteImage(bench, imageId);
    source.end('too late');
    await expect(staging).rejects.toBeInstanceOf(ImageGone);
    expect(await staged(bench)).toEqual([]);
  });

  it('stumbles over what an earlier crash left in its place, until that is swept away', async () => {
    await open();
    const imageId = await queuedImage(bench);
    await writeFile(bench.staging.stagedFile(imageId), 'left over');
    await expect(stage(imageId, bytes('x'))).rejects.toBeInstanceOf(StoreDuplicate);
    expect(await statusOf(imageId)).toBe('queued');
    await bench.housekeeping().run(new AbortController().signal);
    await expect(stage(imageId, bytes('x'))).resolves.toBeUndefined();
  });

  describe('by a process that dies', () => {
    it('is failed by the scrubber, after which another one succeeds', async () => {
      await open();
      const imageId = await abandonedStaging(bench, 'upload-1');
      await writeFile(join(bench.staging.stagedFile(imageId), '..', '.unfinished', `${imageId}.upload-1`), 'half');
      expect(await bench.failDeadUpload.failIfDead(imageId)).toBe(true);
      expect([await statusOf(imageId), await staged(bench)]).toEqual(['queued', []]);
      await expect(stage(imageId, bytes('again'))).resolves.toBeUndefined();
    });

    it('is failed also when all of its bytes were there already', async () => {
      await open();
      const imageId = await abandonedStaging(bench, 'upload-1');
      await writeFile(bench.staging.stagedFile(imageId), 'whole');
      expect(await bench.failDeadUpload.failIfDead(imageId)).toBe(true);
      expect([await statusOf(imageId), await staged(bench)]).toEqual(['queued', []]);
    });

    it('is left alone while its lease is held', async () => {
      await open();
      const imageId = await abandonedStaging(bench, 'upload-1');
      await bench.leases.acquire('upload/upload-1', 'somebody', 60_000);
      expect(await bench.failDeadUpload.failIfDead(imageId)).toBe(false);
      expect(await statusOf(imageId)).toBe('uploading');
    });
  });

  it('that has ended well is not taken for dead', async () => {
    await open();
    const imageId = await stagedImage(bench);
    expect(await bench.failDeadUpload.failIfDead(imageId)).toBe(false);
    expect([await statusOf(imageId), await staged(bench)]).toEqual(['uploading', [imageId]]);
  });
});
