import { randomUUID } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { InMemoryEventStore } from '../../../../../src/events/adapters/in-memory/in-memory.event-store.js';
import type { AppendResult } from '../../../../../src/events/event-store.js';
import { EventStoreUnavailable } from '../../../../../src/events/events.errors.js';
import type { Leases } from '../../../../../src/kernel/lease.js';
import {
  ImageGone,
  ImageStatusConflict,
  ImageUploadSuperseded,
} from '../../../../../src/modules/images/domain/image.errors.js';
import type { StoredData } from '../../../../../src/stores/image-store.js';
import { MemoryImageStore } from '../../../../../src/stores/memory/memory.store.js';
import {
  SizeLimitExceeded,
  SizeMismatch,
  StoreUnavailable,
  StoreUnknown,
} from '../../../../../src/stores/stores.errors.js';
import { eventually } from '../../../../support/eventually.js';
import { openImageWorkbench, OWNER } from '../../../../support/image-workbench.js';
import type { ImageWorkbench, WorkbenchOptions } from '../../../../support/image-workbench.js';
import { queuedImage } from '../../../../support/workbench-images.js';

const request = { caller: OWNER, requestId: 'req-1' };

describe('uploading image data', () => {
  let bench: ImageWorkbench;

  const open = async (options?: WorkbenchOptions) => (bench = await openImageWorkbench(options));
  afterEach(() => bench.close());

  const createImage = (): Promise<string> => queuedImage(bench);

  const upload = (
    imageId: string,
    source: Readable,
    expectedBytes: number | null = null,
    storeId: string | null = null,
  ) => bench.uploads.upload({ imageId, source, storeId, expectedBytes }, request);

  const storedObjects = async () => (await Array.fromAsync(bench.driver.inventory())).length;
  const statusOf = async (imageId: string) => (await bench.readModel.find(imageId))?.status;

  it('makes the image active with size and hashes', async () => {
    await open();
    const imageId = await createImage();
    await upload(imageId, Readable.from([Buffer.from('ABCDE'), Buffer.from('FGHIJ')]));
    expect(await bench.readModel.find(imageId)).toMatchObject({
      status: 'active',
      sizeBytes: 10,
      checksum: 'e86410fa2d6e2634fd8ac5f4b3afe7f3',
      hashAlgorithm: 'sha512',
      locations: [{ store: 'local' }],
    });
  });

  it.each([
    ['more bytes than one image may have', SizeLimitExceeded, null, { OS_DEFAULT__IMAGE_SIZE_CAP: '5' }],
    ['more bytes than the owner has left', SizeLimitExceeded, null, { OS_DEFAULT__USER_STORAGE_QUOTA: '5' }],
    ['other than the announced number of bytes', SizeMismatch, 11, {}],
  ])('refuses %s, and leaves neither bytes nor claim', async (_, refusal, expectedBytes, environment) => {
    await open({ environment });
    const imageId = await createImage();
    await expect(upload(imageId, Readable.from([Buffer.from('ABCDEFGHIJ')]), expectedBytes)).rejects.toBeInstanceOf(
      refusal,
    );
    expect(await statusOf(imageId)).toBe('queued');
    expect(await storedObjects()).toBe(0);
    await expect(upload(imageId, Readable.from([Buffer.from('ABCD')]))).resolves.toBeUndefined();
  });

  it('refuses an unknown store before it looks at the image', async () => {
    await open();
    await expect(upload(randomUUID(), Readable.from([]), null, 'nope')).rejects.toBeInstanceOf(StoreUnknown);
  });

  it('lets one of two uploads win', async () => {
    await open();
    const imageId = await createImage();
    const first = new PassThrough();
    const winning = upload(imageId, first);
    await eventually(async () => expect(await statusOf(imageId)).toBe('saving'));
    await expect(upload(imageId, Readable.from([Buffer.from('late')]))).rejects.toBeInstanceOf(ImageStatusConflict);
    first.end('first');
    await winning;
    expect((await bench.readModel.find(imageId))?.sizeBytes).toBe(5);
  });

  it('is told that the image is gone when it was deleted meanwhile, and leaves nothing behind', async () => {
    await open();
    const imageId = await createImage();
    const source = new PassThrough();
    const uploading = upload(imageId, source);
    await eventually(async () => expect(await statusOf(imageId)).toBe('saving'));
    await bench.commands.handle({ type: 'DeleteImage', imageId, scrubAfter: null }, request);
    source.end('too late');
    await expect(uploading).rejects.toBeInstanceOf(ImageGone);
    expect(await storedObjects()).toBe(0);
  });

  it('counts as done when the commit reached the log and only its answer was lost', async () => {
    const eventStore = new AnswerLosingEventStore('ImageDataStored');
    await open({ eventStore });
    const imageId = await createImage();
    await expect(upload(imageId, Readable.from([Buffer.from('ABCDE')]))).resolves.toBeUndefined();
    expect(eventStore.lost).toBe(1);
    expect(await statusOf(imageId)).toBe('active');
    expect(await storedObjects()).toBe(1);
  });

  it('counts as done although its lease cannot be given back', async () => {
    const release = () => Promise.reject(new Error('the database is away'));
    await open({ wrapLeases: (leases) => leasesWith(leases, { release }) });
    const imageId = await createImage();
    await expect(upload(imageId, Readable.from([Buffer.from('ABCDE')]))).resolves.toBeUndefined();
    expect(await statusOf(imageId)).toBe('active');
  });

  it('can be repeated when neither its commit was possible nor the removal of its bytes', async () => {
    const driver = new StubbornImageStore();
    const eventStore = new RefusingEventStore('ImageDataStored');
    await open({ driver, eventStore });
    const imageId = await createImage();
    await expect(upload(imageId, Readable.from([Buffer.from('first')]))).rejects.toBeInstanceOf(StoreUnavailable);
    eventStore.refuses = null;
    await bench.failDeadUpload.failIfDead(imageId);
    await upload(imageId, Readable.from([Buffer.from('again')]));
    expect(await statusOf(imageId)).toBe('active');
  });

  describe('by a process that was taken for dead when its bytes had become readable', () => {
    /** The first upload stands still there, loses its lease, and is given up by the scrubber; then `meanwhile` happens. */
    const overtaken = async (meanwhile: (driver: SlowImageStore, imageId: string) => Promise<unknown>) => {
      const driver = new SlowImageStore(async (imageId, uploadId) => {
        await bench.leases.release(`upload/${uploadId}`, uploadId);
        expect(await bench.failDeadUpload.failIfDead(imageId)).toBe(true);
        await meanwhile(driver, imageId);
      });
      await open({ driver });
      const imageId = await createImage();
      const first = upload(imageId, Readable.from([Buffer.from('first')]));
      await expect(first).rejects.toBeInstanceOf(ImageUploadSuperseded);
      return imageId;
    };

    it('does not take the data of another upload for its own', async () => {
      const imageId = await overtaken((_, id) => upload(id, Readable.from([Buffer.from('the second one')])));
      expect(await bench.readModel.find(imageId)).toMatchObject({ status: 'active', sizeBytes: 14 });
      expect(await storedObjects()).toBe(1);
    });

    it('does not remove what another upload is about to commit', async () => {
      const second = Readable.from([Buffer.from('the second one')]);
      await overtaken((driver, id) => driver.put(id, 'upload-2', second, new AbortController().signal));
      expect(await storedObjects()).toBe(1);
    });
  });

  it('fails cleanly when the process has to stop', async () => {
    await open();
    const imageId = await createImage();
    const uploading = upload(imageId, new PassThrough());
    await eventually(async () => expect(await statusOf(imageId)).toBe('saving'));
    bench.cutOff.abort(new Error('The service is stopping'));
    await expect(uploading).rejects.toThrow();
    expect(await statusOf(imageId)).toBe('queued');
  });

  describe('by a process that dies', () => {
    /** As a dead process leaves it: claimed, and nobody renews the lease. */
    const abandonedUpload = async (): Promise<string> => {
      const imageId = await createImage();
      const command = { type: 'StartUpload', imageId, uploadId: 'upload-1', store: 'local' } as const;
      await bench.images.handle(command, { actor: OWNER, requestId: null });
      return imageId;
    };

    it('is failed by the scrubber, after which another upload succeeds', async () => {
      await open();
      const imageId = await abandonedUpload();
      expect(await bench.failDeadUpload.failIfDead(imageId)).toBe(true);
      expect(await statusOf(imageId)).toBe('queued');
      await upload(imageId, Readable.from([Buffer.from('again')]));
      expect(await statusOf(imageId)).toBe('active');
    });

    it('is left alone when it ends in the very moment in which the scrubber takes it for dead', async () => {
      const source = new PassThrough();
      const uploads: Promise<void>[] = [];
      const acquire = async (leases: Leases, ...lease: Parameters<Leases['acquire']>): Promise<boolean> => {
        if (lease[1] !== lease[0].replace('upload/', '')) {
          source.end('in time');
          await Promise.all(uploads);
        }
        return leases.acquire(...lease);
      };
      await open({
        wrapLeases: (leases) => leasesWith(leases, { acquire: (...lease) => acquire(leases, ...lease) }),
      });
      const imageId = await createImage();
      uploads.push(upload(imageId, source));
      await eventually(async () => expect(await statusOf(imageId)).toBe('saving'));
      expect(await bench.failDeadUpload.failIfDead(imageId)).toBe(false);
      expect(await statusOf(imageId)).toBe('active');
      expect(await storedObjects()).toBe(1);
    });

    it('is left alone while its lease is held', async () => {
      await open();
      const imageId = await abandonedUpload();
      await bench.leases.acquire('upload/upload-1', 'somebody', 60_000);
      expect(await bench.failDeadUpload.failIfDead(imageId)).toBe(false);
      expect(await statusOf(imageId)).toBe('saving');
    });

    it('is cleaned up with the image when that is deleted', async () => {
      await open();
      const imageId = await abandonedUpload();
      await bench.commands.handle({ type: 'DeleteImage', imageId, scrubAfter: null }, request);
      await bench.leases.acquire('upload/upload-1', 'somebody', 60_000);
      await expect(bench.scrubImage.scrub(imageId)).rejects.toBeInstanceOf(ImageStatusConflict);
      await bench.leases.release('upload/upload-1', 'somebody');
      await expect(bench.scrubImage.scrub(imageId)).resolves.toBeUndefined();
    });
  });
});

/** Commits one kind of event, and then says that it does not know. */
class AnswerLosingEventStore extends InMemoryEventStore {
  lost = 0;

  constructor(private readonly type: string) {
    super();
  }

  override async append(...args: Parameters<InMemoryEventStore['append']>): Promise<AppendResult> {
    const result = await super.append(...args);
    if (!args[2].some(({ type }) => type === this.type)) return result;
    this.lost += 1;
    throw new EventStoreUnavailable('The connection broke before the answer came');
  }
}

/** Refuses one kind of event, as long as it is told to. */
class RefusingEventStore extends InMemoryEventStore {
  constructor(public refuses: string | null) {
    super();
  }

  override append(...args: Parameters<InMemoryEventStore['append']>): Promise<AppendResult> {
    if (!args[2].some(({ type }) => type === this.refuses)) return super.append(...args);
    return Promise.reject(new EventStoreUnavailable('The event store is away'));
  }
}

/** Does not remove data. */
class StubbornImageStore extends MemoryImageStore {
  override delete(): Promise<void> {
    return Promise.reject(new StoreUnavailable('The store is away'));
  }
}

/** Lets something happen after the first upload has become readable, before that upload hears of it. */
class SlowImageStore extends MemoryImageStore {
  private puts = 0;

  constructor(private readonly afterFirst: (imageId: string, uploadId: string) => Promise<void>) {
    super();
  }

  override async put(...args: Parameters<MemoryImageStore['put']>): Promise<StoredData> {
    this.puts += 1;
    const isFirst = this.puts === 1;
    const stored = await super.put(...args);
    if (isFirst) await this.afterFirst(args[0], args[1]);
    return stored;
  }
}

/** The same leases, but for some methods. */
const leasesWith = (leases: Leases, others: Partial<Leases>): Leases => ({
  acquire: (...lease) => leases.acquire(...lease),
  renew: (...lease) => leases.renew(...lease),
  release: (...lease) => leases.release(...lease),
  isHeld: (name) => leases.isHeld(name),
  ...others,
});
