import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ImageStore, StoredBytes } from '../../../../../src/stores/image-store.js';
import { MemoryImageStore } from '../../../../../src/stores/memory/memory.store.js';
import { StoreUnavailable } from '../../../../../src/stores/stores.errors.js';
import { activeImage, deleteImage, imagesWithBytes, queuedImage } from '../../../../support/workbench-images.js';
import { openWorkWorkbench } from '../../../../support/work-workbench.js';
import type { WorkWorkbench } from '../../../../support/work-workbench.js';

const DATA = Buffer.from('ABCDEFGHIJ');
const NEVER = new AbortController().signal;
const hex = (algorithm: string): string => createHash(algorithm).update(DATA).digest('hex');
const SHA256 = { hashAlgorithm: 'sha256', hashValue: hex('sha256') };
const WRONG = { hashAlgorithm: 'sha256', hashValue: 'a'.repeat(64) };

/** A store that cannot be read for a while. */
class AwayStore extends MemoryImageStore {
  away = 0;
  override get(...[url, range]: Parameters<ImageStore['get']>): Promise<StoredBytes> {
    if (this.away-- > 0) return Promise.reject(new StoreUnavailable('The store is away'));
    return super.get(url, range);
  }
}

describe('the registration of a location', () => {
  let bench: WorkWorkbench;
  let driver: AwayStore;

  const open = async (environment: Record<string, string> = {}): Promise<void> => {
    driver = new AwayStore();
    bench = await openWorkWorkbench({ driver, environment });
  };
  afterEach(() => bench.close());

  /** Data that somebody has put into the store under a name. */
  const placed = async (name: string = randomUUID(), data = DATA): Promise<string> => {
    const chunks = Readable.from(data.length > 0 ? [data] : []);
    return (await driver.put(name, 'elsewhere', chunks, NEVER)).url;
  };
  const outcome = async (taskId: string) => (await bench.tasks.stateOf(taskId)).status;
  const register = async (imageId: string, url: string, wish = {}): Promise<string> => {
    const taskId = await bench.register(imageId, url, wish);
    await bench.worker().execute(taskId);
    return outcome(taskId);
  };

  it.each([
    [
      'computes hashes when nothing is expected',
      {},
      { checksum: hex('md5'), ...{ hashAlgorithm: 'sha512', hashValue: hex('sha512') } },
    ],
    ['verifies what is expected', { expected: SHA256 }, { checksum: hex('md5'), ...SHA256 }],
    [
      'believes what is expected when hashes are not wanted',
      { expected: SHA256, hashes: false },
      { checksum: null, ...SHA256 },
    ],
    ['knows nothing when hashes are not wanted', { hashes: false }, null],
  ])('%s', async (_title, wish, digest) => {
    await open();
    const imageId = await queuedImage(bench);
    const url = await placed(imageId);
    expect(await register(imageId, url, wish)).toBe('success');
    const state = await bench.images.stateOf(imageId);
    expect(state).toMatchObject({ status: 'active', sizeBytes: 10, locationImport: null, digest });
    expect(state.locations).toEqual([{ store: 'local', url, metadata: {} }]);
    expect(await bench.readModel.find(imageId)).toMatchObject({
      status: 'active',
      checksum: digest?.checksum ?? null,
      hashValue: digest?.hashValue ?? null,
      importTaskId: null,
    });
  });

  it('gives the image a name of its own for bytes that stand under another, so that they go away with their last user', async () => {
    await open();
    const imageId = await queuedImage(bench);
    const url = await placed('left-by-a-service');
    expect(await register(imageId, url)).toBe('success');
    expect((await bench.images.stateOf(imageId)).locations[0]?.url).toBe(`memory:///${imageId}`);
    await deleteImage(bench, imageId);
    await bench.scrubImage.scrub(imageId);
    expect(await imagesWithBytes(bench)).toEqual(['left-by-a-service']);
  });

  it('never takes the bytes of another image, dead or alive', async () => {
    await open();
    const [alive, dead] = [await activeImage(bench), await activeImage(bench)];
    await deleteImage(bench, dead);
    for (const owner of [alive, dead]) {
      const imageId = await queuedImage(bench);
      expect(await register(imageId, `memory:///${owner}`)).toBe('failure');
      expect(await bench.images.stateOf(imageId)).toMatchObject({
        status: 'queued',
        locations: [],
        locationImport: null,
      });
    }
    expect((await imagesWithBytes(bench)).toSorted()).toEqual([alive, dead].toSorted());
  });

  it.each(['unknown://somewhere', 'memory:///not-there'])('fails for %s, and the image stays queued', async (url) => {
    await open();
    const imageId = await queuedImage(bench);
    expect(await register(imageId, url)).toBe('failure');
    expect(await bench.images.stateOf(imageId)).toMatchObject({ status: 'queued', locationImport: null });
  });

  it('fails for no data at all', async () => {
    await open();
    const imageId = await queuedImage(bench);
    expect(await register(imageId, await placed('empty', Buffer.alloc(0)))).toBe('failure');
  });

  it('fails beyond the storage quota of the project', async () => {
    await open({ OS_DEFAULT__USER_STORAGE_QUOTA: '9B' });
    const imageId = await queuedImage(bench);
    expect(await register(imageId, await placed(imageId))).toBe('failure');
    expect((await bench.images.stateOf(imageId)).status).toBe('queued');
  });

  it('takes data back that is not what was expected', async () => {
    await open();
    const imageId = await queuedImage(bench);
    expect(await register(imageId, await placed('mine'), { expected: WRONG })).toBe('failure');
    expect(await bench.images.stateOf(imageId)).toMatchObject({ status: 'queued', locations: [], sizeBytes: null });
    expect(await imagesWithBytes(bench)).toEqual(['mine']);
  });

  it('goes on where a dead worker stopped, at whatever point that was', async () => {
    await open();
    const imageId = await queuedImage(bench);
    const taskId = await bench.register(imageId, await placed('mine'), { expected: SHA256 });
    driver.away = 1;
    await expect(bench.worker().execute(taskId)).rejects.toBeInstanceOf(StoreUnavailable);
    expect((await bench.images.stateOf(imageId)).status).toBe('importing');
    await bench.worker().execute(taskId);
    expect(await outcome(taskId)).toBe('success');
    expect((await bench.images.stateOf(imageId)).digest).toEqual({ checksum: hex('md5'), ...SHA256 });
    await bench.worker().execute(taskId);
    expect((await bench.images.stateOf(imageId)).status).toBe('active');
  });

  it('stays without hashes when the data cannot be read, tried as often as it should be', async () => {
    await open({ OS_DEFAULT__HTTP_RETRIES: '1' });
    const imageId = await queuedImage(bench);
    const taskId = await bench.register(imageId, await placed(imageId));
    driver.away = 10;
    await expect(bench.worker().execute(taskId)).rejects.toBeInstanceOf(StoreUnavailable);
    await bench.worker().execute(taskId);
    expect(await outcome(taskId)).toBe('success');
    expect(await bench.images.stateOf(imageId)).toMatchObject({ status: 'active', digest: null, locationImport: null });
  });

  it('fails when what is expected cannot be compared, and leaves nothing', async () => {
    await open({ OS_DEFAULT__HTTP_RETRIES: '0' });
    const imageId = await queuedImage(bench);
    driver.away = 10;
    expect(await register(imageId, await placed('mine'), { expected: SHA256 })).toBe('failure');
    expect((await bench.images.stateOf(imageId)).status).toBe('queued');
    expect(await imagesWithBytes(bench)).toEqual(['mine']);
  });

  it('leaves nothing of an image that is deleted meanwhile', async () => {
    await open();
    const imageId = await queuedImage(bench);
    const taskId = await bench.register(imageId, await placed('mine'), { expected: SHA256 });
    driver.away = 1;
    await expect(bench.worker().execute(taskId)).rejects.toBeInstanceOf(StoreUnavailable);
    await deleteImage(bench, imageId);
    await bench.worker().execute(taskId);
    expect(await outcome(taskId)).toBe('failure');
    await bench.scrubImage.scrub(imageId);
    expect(await imagesWithBytes(bench)).toEqual(['mine']);
  });

  it('fails without an image', async () => {
    await open();
    const taskId = await bench.create({ taskType: 'location_import' });
    await bench.worker().execute(taskId);
    expect(await bench.tasks.stateOf(taskId)).toMatchObject({ status: 'failure' });
  });
});
