import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Untimed } from '../../../../../src/kernel/untimed.js';
import { ImageStatusConflict } from '../../../../../src/modules/images/domain/image.errors.js';
import type { ImageCommand } from '../../../../../src/modules/images/domain/image.commands.js';
import { MemoryImageStore } from '../../../../../src/stores/memory/memory.store.js';
import { StoreUnavailable, StoreUnknown } from '../../../../../src/stores/stores.errors.js';
import { openImageWorkbench, OWNER } from '../../../../support/image-workbench.js';
import type { ImageWorkbench, WorkbenchOptions } from '../../../../support/image-workbench.js';
import {
  activeImage,
  deleteImage,
  imagesWithBytes,
  queuedImage,
  requestImport,
  staged,
  stagedImage,
} from '../../../../support/workbench-images.js';
import { addedLocation } from '../../../../support/added-location.js';

const LATER = '2999-01-01T00:00:00.000Z';
const NEVER = new AbortController().signal;
const TASK = '11111111-2222-4333-8444-555555555555';

describe('scrubbing a deleted image', () => {
  let bench: ImageWorkbench;

  const open = async (options?: WorkbenchOptions) => (bench = await openImageWorkbench(options));
  afterEach(() => bench.close());

  const act = (command: Untimed<ImageCommand>) => bench.images.handle(command, { actor: OWNER, requestId: null });
  const eventsOf = async (imageId: string): Promise<readonly string[]> =>
    (await bench.eventStore.readStream(`image-${imageId}`)).map(({ type }) => type);

  it('removes its bytes, and says so', async () => {
    await open();
    const imageId = await activeImage(bench);
    await deleteImage(bench, imageId);
    await bench.scrubImage.scrub(imageId);
    expect(await imagesWithBytes(bench)).toEqual([]);
    expect((await eventsOf(imageId)).slice(-2)).toEqual(['ImageDeleted', 'ImageScrubbed']);
  });

  it('announces that it begins when the image could be restored until then', async () => {
    await open();
    const imageId = await activeImage(bench);
    await deleteImage(bench, imageId, LATER);
    await bench.scrubImage.scrub(imageId);
    expect((await eventsOf(imageId)).slice(-2)).toEqual(['ImageScrubbingStarted', 'ImageScrubbed']);
  });

  it('refuses an image that is not deleted, or was restored', async () => {
    await open();
    const imageId = await activeImage(bench);
    await expect(bench.scrubImage.scrub(imageId)).rejects.toBeInstanceOf(ImageStatusConflict);
    await deleteImage(bench, imageId, LATER);
    await act({ type: 'RestoreImage', imageId });
    await expect(bench.scrubImage.scrub(imageId)).rejects.toBeInstanceOf(ImageStatusConflict);
    expect(await imagesWithBytes(bench)).toEqual([imageId]);
  });

  it('keeps the image from being restored once it has begun, and goes on where it failed', async () => {
    const driver = new AwayImageStore();
    await open({ driver });
    const imageId = await activeImage(bench);
    await deleteImage(bench, imageId, LATER);
    driver.isAway = true;
    await expect(bench.scrubImage.scrub(imageId)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(act({ type: 'RestoreImage', imageId })).rejects.toBeInstanceOf(ImageStatusConflict);
    driver.isAway = false;
    await bench.scrubImage.scrub(imageId);
    await expect(bench.scrubImage.scrub(imageId)).resolves.toBeUndefined();
    expect(await imagesWithBytes(bench)).toEqual([]);
  });

  it('does not mind bytes that are gone already', async () => {
    await open();
    const imageId = await activeImage(bench);
    await deleteImage(bench, imageId);
    await bench.driver.delete(`memory:///${imageId}`);
    await bench.scrubImage.scrub(imageId);
    expect((await eventsOf(imageId)).at(-1)).toBe('ImageScrubbed');
  });

  it('fails while a store of the image is not configured, and keeps what it knows', async () => {
    await open();
    const imageId = await activeImage(bench);
    const location = { store: 'gone', url: 'gone:///x', metadata: {} };
    await act(addedLocation(imageId, location, 4));
    await deleteImage(bench, imageId);
    await expect(bench.scrubImage.scrub(imageId)).rejects.toBeInstanceOf(StoreUnknown);
    expect((await bench.images.stateOf(imageId)).locations).toHaveLength(2);
  });

  it('removes what waited in the staging area', async () => {
    await open();
    const imageId = await stagedImage(bench);
    await deleteImage(bench, imageId);
    await bench.scrubImage.scrub(imageId);
    expect(await staged(bench)).toEqual([]);
  });

  describe('during an import', () => {
    const slow = new MemoryImageStore();

    /** In the middle of an import: one store has the data, another has some. */
    const importing = async (): Promise<string> => {
      await open({ otherDrivers: { slow } });
      const imageId = await queuedImage(bench);
      const stores = ['local', 'slow'];
      await requestImport(bench, imageId, TASK, { method: 'web-download', stores });
      await act({ type: 'StartImport', imageId, taskId: TASK, stores });
      const { url, sizeBytes } = await bench.driver.put(imageId, TASK, Readable.from([Buffer.from('data')]), NEVER);
      const stored = {
        ...{ location: { store: 'local', url, metadata: {} }, sizeBytes, virtualSizeBytes: null },
        ...{ checksum: 'd41d', hashAlgorithm: 'sha512', hashValue: 'cf83' },
      };
      await act({ type: 'ImportToStore', imageId, taskId: TASK, activates: false, ...stored });
      await slow.put(imageId, TASK, Readable.from([Buffer.from('data')]), NEVER);
      await writeFile(bench.staging.stagedFile(imageId), 'staged');
      await writeFile(join(await bench.staging.taskFolder(TASK), 'download'), 'half');
      return imageId;
    };

    it('waits until the task has let go of it', async () => {
      const imageId = await importing();
      await deleteImage(bench, imageId);
      await bench.leases.acquire(`upload/${TASK}`, 'worker', 60_000);
      await expect(bench.scrubImage.scrub(imageId)).rejects.toBeInstanceOf(ImageStatusConflict);
      expect([await imagesWithBytes(bench), await staged(bench)]).toEqual([[imageId], [imageId, `tasks/${TASK}`]]);
      await bench.leases.release(`upload/${TASK}`, 'worker');
      await bench.scrubImage.scrub(imageId);
    });

    it('removes all that the import has brought to anywhere', async () => {
      const imageId = await importing();
      await deleteImage(bench, imageId);
      await bench.scrubImage.scrub(imageId);
      expect(await imagesWithBytes(bench)).toEqual([]);
      expect(await Array.fromAsync(slow.inventory())).toEqual([]);
      expect(await staged(bench)).toEqual([]);
    });

    it('removes the import that no worker has begun', async () => {
      await open();
      const imageId = await stagedImage(bench);
      await requestImport(bench, imageId, TASK, { stores: ['not-there'] });
      await deleteImage(bench, imageId);
      await bench.scrubImage.scrub(imageId);
      expect(await staged(bench)).toEqual([]);
      expect((await bench.images.stateOf(imageId)).import).toBeNull();
    });
  });
});

/** Does not remove data while it is away. */
class AwayImageStore extends MemoryImageStore {
  isAway = false;

  override delete(url: string): Promise<void> {
    return this.isAway ? Promise.reject(new StoreUnavailable('The store is away')) : super.delete(url);
  }
}
