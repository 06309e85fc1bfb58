import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { ByteRange, ImageStore, StoredData, StoredObject } from '../../../src/stores/image-store.js';
import {
  StoreAddDisabled,
  StoreDenied,
  StoredDataMissing,
  StoreDuplicate,
  StoreOperationUnsupported,
  StoreUrlInvalid,
  UploadAborted,
} from '../../../src/stores/stores.errors.js';

export type StoreHarness = Readonly<{
  store: ImageStore;
  /** URLs that look like this store's but must never be read or removed. */
  foreignUrls: readonly string[];
  tearDown: () => Promise<void>;
}>;

const MIB = 1024 * 1024;
const SIZES = [0, 1, 4095, 4096, 4097, MIB - 1, MIB, MIB + 1, 9 * MIB + 5];
const NEVER = new AbortController().signal;

/** What comes in two parts, with a halt between them. */
const GATED = randomBytes(2 * MIB);
const gate = (): PromiseWithResolvers<null> => Promise.withResolvers<null>();

async function* gated({ promise }: PromiseWithResolvers<null>, onBegin: () => void): AsyncGenerator<Uint8Array> {
  yield GATED.subarray(0, MIB);
  onBegin();
  await promise;
  yield GATED.subarray(MIB);
}

/** What every image store must do. A binding calls this with a way to set up its store. */
export function imageStoreContract(name: string, setUp: () => Promise<StoreHarness>): void {
  describe(`ImageStore contract: ${name}`, () => {
    let harness: StoreHarness;
    let store: ImageStore;

    beforeAll(async () => {
      harness = await setUp();
      store = harness.store;
    });
    afterAll(() => harness.tearDown());

    const put = (imageId: string, data: Buffer, beforeCommit?: () => Promise<void>): Promise<StoredData> =>
      store.put(imageId, randomUUID(), reusedChunks(data), NEVER, beforeCommit);

    const expectNothingOf = async (imageId: string): Promise<void> => {
      expect((await inventory(store)).filter((object) => object.imageId === imageId)).toEqual([]);
    };

    it.each(SIZES)('gives back %i bytes as they were put', async (sizeBytes) => {
      const data = randomBytes(sizeBytes);
      const stored = await put(randomUUID(), data);
      expect(stored.sizeBytes).toBe(sizeBytes);
      expect(await store.sizeOf(stored.url)).toBe(sizeBytes);
      expect(digest(await read(store, stored.url))).toBe(digest(data));
    });

    it('takes chunks of any length and address', async () => {
      const data = randomBytes(3 * MIB + 17);
      const chunks = [data.subarray(0, 3), data.subarray(3, 1_000_003), data.subarray(1_000_003)];
      const { url } = await store.put(randomUUID(), randomUUID(), from(chunks), NEVER);
      expect(digest(await read(store, url))).toBe(digest(data));
    });

    it.each<[string, ByteRange]>([
      ['at the start', { offset: 0, length: 5 }],
      ['in the middle', { offset: 4093, length: 9 }],
      ['to the end', { offset: 2 * MIB, length: 5 }],
      ['beyond the end', { offset: 2 * MIB, length: 100 }],
      ['of nothing', { offset: 7, length: 0 }],
      ['over several reads', { offset: 1, length: 2 * MIB }],
    ])('reads a range %s, or says that it cannot', async (_where, range) => {
      const data = randomBytes(2 * MIB + 5);
      const { url } = await put(randomUUID(), data);
      if (store.capabilities.has('read_range')) {
        expect(digest(await read(store, url, range))).toBe(
          digest(data.subarray(range.offset, range.offset + range.length)),
        );
      } else {
        await expect(store.get(url, range)).rejects.toBeInstanceOf(StoreOperationUnsupported);
      }
    });

    it('misses data that was deleted, before the first byte', async () => {
      const { url } = await put(randomUUID(), Buffer.from('gone'));
      await store.delete(url);
      await expect(store.get(url)).rejects.toBeInstanceOf(StoredDataMissing);
      await expect(store.get(url, { offset: 0, length: 1 })).rejects.toBeInstanceOf(StoredDataMissing);
      await expect(store.sizeOf(url)).rejects.toBeInstanceOf(StoredDataMissing);
    });

    it('deletes twice as well as once', async () => {
      const { url } = await put(randomUUID(), Buffer.from('twice'));
      await store.delete(url);
      await expect(store.delete(url)).resolves.toBeUndefined();
    });

    it('refuses a second put of an image and keeps the first', async () => {
      const imageId = randomUUID();
      const { url } = await put(imageId, Buffer.from('first'));
      await expect(put(imageId, Buffer.from('second'))).rejects.toBeInstanceOf(StoreDuplicate);
      expect((await read(store, url)).toString()).toBe('first');
      expect(await inventory(store)).toContainEqual({ kind: 'image', imageId, url });
      expect((await inventory(store)).filter((object) => object.imageId === imageId)).toHaveLength(1);
    });

    it('lets exactly one of two puts of an image win that run at once', async () => {
      const imageId = randomUUID();
      const contents = ['one', 'two'];
      const results = await Promise.allSettled(contents.map((content) => put(imageId, Buffer.from(content))));
      const won = results.flatMap((result, index) =>
        result.status === 'fulfilled' ? [{ index, ...result.value }] : [],
      );
      expect(won).toHaveLength(1);
      expect((await read(store, won[0]!.url)).toString()).toBe(contents[won[0]!.index]);
      expect((await inventory(store)).filter((object) => object.imageId === imageId)).toHaveLength(1);
    });

    it('stores different images at once', async () => {
      const contents = Array.from({ length: 12 }, (_, index) => randomBytes(index * 100_000));
      const stored = await Promise.all(contents.map((content) => put(randomUUID(), content)));
      const back = await Promise.all(stored.map(({ url }) => read(store, url)));
      expect(back.map(digest)).toEqual(contents.map(digest));
    });

    it('leaves nothing when it is aborted in the middle', async () => {
      const imageId = randomUUID();
      const abort = new AbortController();
      const data = (async function* () {
        yield randomBytes(MIB);
        abort.abort();
        await new Promise<never>(() => undefined);
      })();
      await expect(store.put(imageId, randomUUID(), data, abort.signal)).rejects.toBeInstanceOf(UploadAborted);
      await expectNothingOf(imageId);
    });

    it('leaves nothing when it is aborted after the last byte', async () => {
      const imageId = randomUUID();
      const abort = new AbortController();
      const committing = store.put(imageId, randomUUID(), from([Buffer.from('late')]), abort.signal, async () => {
        abort.abort(new StoreDenied('lost the claim'));
        return Promise.resolve();
      });
      await expect(committing).rejects.toBeInstanceOf(StoreDenied);
      await expectNothingOf(imageId);
    });

    it('leaves nothing when the source fails, and passes its error on', async () => {
      const imageId = randomUUID();
      const broken = new Error('broken source');
      const data = (async function* () {
        yield randomBytes(2 * MIB);
        await Promise.reject(broken);
      })();
      await expect(store.put(imageId, randomUUID(), data, NEVER)).rejects.toBe(broken);
      await expectNothingOf(imageId);
    });

    it('leaves nothing when the commit is refused', async () => {
      const imageId = randomUUID();
      const refusal = new Error('superseded');
      await expect(put(imageId, randomBytes(MIB), () => Promise.reject(refusal))).rejects.toBe(refusal);
      await expectNothingOf(imageId);
      await expect(put(imageId, Buffer.from('again'))).resolves.toBeDefined();
    });

    it('leaves a put alone that has taken the place of another one which is cut off only later', async () => {
      const [imageId, uploadId] = [randomUUID(), randomUUID()];
      const [begun, late, quick] = [Promise.withResolvers<null>(), gate(), gate()];
      const first = store.put(
        imageId,
        uploadId,
        gated(late, () => begun.resolve(null)),
        NEVER,
      );
      await begun.promise;
      await store.discardUnfinished(imageId, uploadId);
      const began = Promise.withResolvers<null>();
      const second = store.put(
        imageId,
        uploadId,
        gated(quick, () => began.resolve(null)),
        NEVER,
      );
      await began.promise;
      late.reject(new Error('taken over'));
      await expect(first).rejects.toThrow();
      quick.resolve(null);
      expect(digest(await read(store, (await second).url))).toBe(digest(GATED));
    });

    it('never commits what another put writes that has taken its place', async () => {
      const [imageId, uploadId] = [randomUUID(), randomUUID()];
      const [begun, late, quick] = [Promise.withResolvers<null>(), gate(), gate()];
      const first = store.put(
        imageId,
        uploadId,
        gated(late, () => begun.resolve(null)),
        NEVER,
      );
      await begun.promise;
      await store.discardUnfinished(imageId, uploadId);
      const began = Promise.withResolvers<null>();
      const second = store.put(
        imageId,
        uploadId,
        gated(quick, () => began.resolve(null)),
        NEVER,
      );
      await began.promise;
      late.resolve(null);
      const committed = await first.then(
        ({ url }) => read(store, url),
        () => GATED,
      );
      quick.resolve(null);
      await second.catch(() => undefined);
      expect(digest(committed)).toBe(digest(GATED));
    });

    it('shows an upload as unfinished until it is committed', async () => {
      const [imageId, uploadId] = [randomUUID(), randomUUID()];
      let during: StoredObject[] = [];
      await store.put(imageId, uploadId, from([randomBytes(MIB)]), NEVER, async () => {
        during = await inventory(store);
      });
      expect(during.filter((object) => object.imageId === imageId)).toEqual([
        { kind: 'unfinished', imageId, uploadId },
      ]);
    });

    it('discards an upload that had become readable, and what is not there', async () => {
      const [imageId, uploadId] = [randomUUID(), randomUUID()];
      const { url } = await store.put(imageId, uploadId, from([Buffer.from('dead')]), NEVER);
      await store.discardUnfinished(imageId, uploadId);
      await expect(store.get(url)).rejects.toBeInstanceOf(StoredDataMissing);
      await expect(store.discardUnfinished(imageId, uploadId)).resolves.toBeUndefined();
      await expectNothingOf(imageId);
    });

    describe('sharing one copy of the bytes among images', () => {
      const seed = async (content: string): Promise<string> => (await put(randomUUID(), Buffer.from(content))).url;

      it('gives the further image a URL of its own, or says that it cannot', async () => {
        const url = await seed('shared');
        const sharing = store.share(url, randomUUID(), randomUUID());
        if (!store.capabilities.has('share')) {
          await expect(sharing).rejects.toBeInstanceOf(StoreOperationUnsupported);
          return;
        }
        const shared = await sharing;
        expect(shared).toMatchObject({ sizeBytes: 6 });
        expect(shared.url).not.toBe(url);
        expect(store.owns(shared.url)).toBe(true);
        expect((await read(store, shared.url)).toString()).toBe('shared');
        expect((await read(store, url)).toString()).toBe('shared');
      });

      const itShares = (title: string, act: () => Promise<void>): void =>
        it(title, async () => {
          if (store.capabilities.has('share')) await act();
        });

      itShares('keeps the bytes until the last image that has them is gone', async () => {
        const url = await seed('kept');
        const imageId = randomUUID();
        const shared = await store.share(url, imageId, randomUUID());
        await store.delete(url);
        await expect(store.get(url)).rejects.toBeInstanceOf(StoredDataMissing);
        expect((await read(store, shared.url)).toString()).toBe('kept');
        expect(await inventory(store)).toContainEqual({ kind: 'image', imageId, url: shared.url });
        await store.delete(shared.url);
        await expectNothingOf(imageId);
      });

      itShares('refuses an image that has data, and keeps them', async () => {
        const [url, taken] = [await seed('new'), randomUUID()];
        const { url: old } = await put(taken, Buffer.from('old'));
        await expect(store.share(url, taken, randomUUID())).rejects.toBeInstanceOf(StoreDuplicate);
        expect((await read(store, old)).toString()).toBe('old');
        expect((await inventory(store)).filter((object) => object.imageId === taken)).toHaveLength(1);
      });

      itShares('lets exactly one of two win that share with the same image at once', async () => {
        const [url, imageId] = [await seed('twice'), randomUUID()];
        const sharing = [randomUUID(), randomUUID()].map((uploadId) => store.share(url, imageId, uploadId));
        const results = await Promise.allSettled(sharing);
        expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        expect((await inventory(store)).filter((object) => object.imageId === imageId)).toHaveLength(1);
      });

      itShares('misses bytes that are not there, and leaves nothing', async () => {
        const [url, imageId] = [await seed('gone'), randomUUID()];
        await store.delete(url);
        await expect(store.share(url, imageId, randomUUID())).rejects.toBeInstanceOf(StoredDataMissing);
        await expectNothingOf(imageId);
      });

      itShares('discards what nobody recorded, and spares the first image', async () => {
        const [url, imageId, uploadId] = [await seed('first'), randomUUID(), randomUUID()];
        await store.share(url, imageId, uploadId);
        await store.discardUnfinished(imageId, uploadId);
        await expectNothingOf(imageId);
        expect((await read(store, url)).toString()).toBe('first');
      });

      itShares('touches no URLs but its own', async () => {
        for (const foreign of harness.foreignUrls) {
          await expect(store.share(foreign, randomUUID(), randomUUID())).rejects.toBeInstanceOf(StoreUrlInvalid);
        }
      });
    });

    it('adopts what stands under the name of an image as it is, and other data under a name of its own', async () => {
      const [imageId, other] = [randomUUID(), randomUUID()];
      const { url } = await put(imageId, Buffer.from('mine'));
      expect(store.imageIdOf(url)).toBe(imageId);
      expect(await store.adopt(url, imageId, randomUUID())).toMatchObject({ url, sizeBytes: 4 });
      if (!store.capabilities.has('share')) return;
      const adopted = await store.adopt(url, other, randomUUID());
      expect(store.imageIdOf(adopted.url)).toBe(other);
      await store.delete(url);
      expect((await read(store, adopted.url)).toString()).toBe('mine');
      for (const foreign of harness.foreignUrls) {
        expect(store.imageIdOf(foreign)).toBeNull();
        await expect(store.adopt(foreign, randomUUID(), randomUUID())).rejects.toBeInstanceOf(StoreUrlInvalid);
      }
    });

    it('owns its own URLs only, and touches no others', async () => {
      const { url } = await put(randomUUID(), Buffer.from('mine'));
      expect(store.owns(url)).toBe(true);
      expect(url.startsWith(`${store.scheme}:`)).toBe(true);
      for (const foreign of [...harness.foreignUrls, '', 'nonsense', `${url}/..`, `${url}/x`]) {
        expect({ foreign, owned: store.owns(foreign) }).toEqual({ foreign, owned: false });
        await expect(store.get(foreign)).rejects.toBeInstanceOf(StoreUrlInvalid);
        await expect(store.sizeOf(foreign)).rejects.toBeInstanceOf(StoreUrlInvalid);
        await expect(store.delete(foreign)).rejects.toBeInstanceOf(StoreUrlInvalid);
      }
    });

    it('does what its capabilities say', async () => {
      const writing = put(randomUUID(), Buffer.from('x'));
      if (store.capabilities.has('write')) await expect(writing).resolves.toBeDefined();
      else await expect(writing).rejects.toBeInstanceOf(StoreAddDisabled);
    });
  });
}

/** As an upload does it: one buffer for all chunks, each valid only until the next is asked for. */
async function* reusedChunks(data: Buffer): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(MIB);
  for (let offset = 0; offset < data.byteLength; offset += MIB) {
    const copied = data.copy(buffer, 0, offset, offset + MIB);
    yield await Promise.resolve(buffer.subarray(0, copied));
    buffer.fill(0);
  }
}

async function* from(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function read(store: ImageStore, url: string, range?: ByteRange): Promise<Buffer> {
  return Buffer.concat(await copiesOf(await store.get(url, range)));
}

/** A store may use a chunk's memory again for the next one. */
async function copiesOf(data: AsyncIterable<Uint8Array>): Promise<readonly Buffer[]> {
  const copies: Buffer[] = [];
  for await (const chunk of data) copies.push(Buffer.from(chunk));
  return copies;
}

const inventory = (store: ImageStore): Promise<StoredObject[]> => Array.fromAsync(store.inventory());

const digest = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
