import { Readable } from 'node:stream';
import { openImageWorkbench, OWNER } from '../../../../support/image-workbench.js';
import type { ImageWorkbench } from '../../../../support/image-workbench.js';
import { deleteImage, imagesWithBytes, queuedImage } from '../../../../support/workbench-images.js';

const request = { caller: OWNER, requestId: 'req-1' };

describe('the storage quota of a project', () => {
  let bench: ImageWorkbench;

  beforeEach(async () => {
    bench = await openImageWorkbench({ environment: { OS_DEFAULT__USER_STORAGE_QUOTA: '10' } });
  });
  afterEach(() => bench.close());

  const upload = (imageId: string, source: Readable, expectedBytes: number | null = null): Promise<void> =>
    bench.uploads.upload({ imageId, source, storeId: null, expectedBytes }, request);
  const bytes = (count: number): Readable => Readable.from([Buffer.alloc(count)]);
  const statusOf = async (imageId: string) => (await bench.readModel.find(imageId))?.status;

  it('is compared with an announced size before anything is read', async () => {
    const imageId = await queuedImage(bench);
    const source = bytes(11);
    await expect(upload(imageId, source, 11)).rejects.toMatchObject({
      code: 'image.quota_exceeded',
      message: expect.stringContaining('The size of the data 11 will exceed the limit. 10 bytes remaining.'),
    });
    expect(source.readableDidRead).toBe(false);
    expect(await statusOf(imageId)).toBe('queued');
  });

  it('is compared with what streams in', async () => {
    await upload(await queuedImage(bench), bytes(4));
    const imageId = await queuedImage(bench);
    await expect(upload(imageId, bytes(7))).rejects.toMatchObject({ code: 'data.size_limit_exceeded' });
    expect(await statusOf(imageId)).toBe('queued');
    await upload(imageId, bytes(6));
    expect(await statusOf(imageId)).toBe('active');
  });

  it('is compared once more before the data counts, with what others have stored meanwhile', async () => {
    const [first, second] = [await queuedImage(bench), await queuedImage(bench)];
    const slow = new Readable({ read: () => undefined });
    slow.push(Buffer.alloc(8));
    const late = upload(first, slow);
    await upload(second, bytes(8));
    slow.push(null);
    await expect(late).rejects.toMatchObject({ code: 'image.quota_exceeded' });
    expect(await statusOf(first)).toBe('queued');
    expect(await imagesWithBytes(bench)).toEqual([second]);
  });

  it('has room again when an image is deleted', async () => {
    const first = await queuedImage(bench);
    await upload(first, bytes(10));
    await expect(upload(await queuedImage(bench), bytes(1), 1)).rejects.toMatchObject({ code: 'image.quota_exceeded' });
    await deleteImage(bench, first);
    await upload(await queuedImage(bench), bytes(10), 10);
  });
});
