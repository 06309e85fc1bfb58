import { randomUUID } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { InMemoryEventStore } from '../../../../../src/events/adapters/in-memory/in-memory.event-store.js';
import type { AppendResult } from '../../../../../src/events/event-store.js';
import { EventStoreUnavailable } from '../../../../../src/events/events.errors.js';
import { ImageGone, ImageStatusConflict } from '../../../../../src/modules/images/domain/image.errors.js';
import { SizeLimitExceeded, SizeMismatch, StoreUnknown } from '../../../../../src/stores/stores.errors.js';
import { eventually } from '../../../../support/eventually.js';
import { openImageWorkbench, OWNER } from '../../../../support/image-workbench.js';
import type { ImageWorkbench, WorkbenchOptions } from '../../../../support/image-workbench.js';

const request = { caller: OWNER, requestId: 'req-1' };
const formats = { diskFormat: 'raw', containerFormat: 'bare' };

describe('uploading image data', () => {
  let bench: ImageWorkbench;

  const open = async (options?: WorkbenchOptions) => (bench = await openImageWorkbench(options));
  afterEach(() => bench.close());

  const createImage = async (): Promise<string> => {
    const imageId = randomUUID();
    const description = {
      owner: 'p1',
      name: null,
      visibility: 'shared' as const,
      protected: false,
      hidden: false,
      ...formats,
      minDiskGb: 0,
      minRamMb: 0,
      properties: {},
      tags: [],
    };
    await bench.commands.handle({ type: 'CreateImage', imageId, description, quotas: bench.config.quotas }, request);
    return imageId;
  };

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

  it('fails cleanly when the process has to stop', async () => {
    await open({ environment: { OS_HINDSIGHT__GRACEFUL_SHUTDOWN_TIMEOUT: '0' } });
    const imageId = await createImage();
    const uploading = upload(imageId, new PassThrough());
    await eventually(async () => expect(await statusOf(imageId)).toBe('saving'));
    bench.inFlight.beforeApplicationShutdown();
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
