import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { FilesystemImageStore } from '../../../../src/stores/filesystem/filesystem.store.js';
import type { DataDir } from '../../../../src/stores/filesystem/store-folders.js';
import type { StoredBytes } from '../../../../src/stores/image-store.js';
import { StoreDuplicate, StoreFull } from '../../../../src/stores/stores.errors.js';
import { describeOnSmallDisk } from '../../../support/small-disk.js';

const NEVER = new AbortController().signal;
const MIB = 1024 * 1024;

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'hindsight-folders-'))));
afterEach(() => rm(root, { recursive: true }));

type Options = Partial<Parameters<typeof FilesystemImageStore.open>[0]>;

const dir = (name: string, priority = 0): DataDir => ({ path: join(root, name), priority });

const open = (dataDirs: readonly DataDir[], options: Options = {}): Promise<FilesystemImageStore> =>
  FilesystemImageStore.open({ dataDirs, directIo: false, ...options });

const put = (
  store: FilesystemImageStore,
  imageId: string,
  data = Buffer.from(imageId),
  expectedBytes?: number | null,
) => store.put(imageId, 'upload', Readable.from([data]), NEVER, undefined, expectedBytes);

async function read(bytes: StoredBytes): Promise<Buffer> {
  const copies: Buffer[] = [];
  for await (const chunk of bytes) copies.push(Buffer.from(chunk));
  return Buffer.concat(copies);
}

describe('a filesystem store with several folders', () => {
  it('puts new data into the folder with the largest priority', async () => {
    const store = await open([dir('low', 1), dir('high', 20), dir('middle', 10)]);
    expect((await put(store, 'image')).url).toBe(`file://${root}/high/image`);
  });

  it('has no room for more than any of them has', async () => {
    const store = await open([dir('a', 1), dir('b', 2)]);
    await expect(put(store, 'image', Buffer.from('x'), Number.MAX_SAFE_INTEGER)).rejects.toBeInstanceOf(StoreFull);
    const objects: unknown[] = [];
    for await (const object of store.inventory()) objects.push(object);
    expect(objects).toEqual([]);
  });

  describeOnSmallDisk('of which one is small', (small) => {
    it('passes it over when the data does not fit, although it has the larger priority', async () => {
      const store = await open([dir('large', 1), { path: join(small.folder, 'a'), priority: 2 }]);
      expect((await put(store, 'fits', randomBytes(MIB), MIB)).url).toBe(`file://${small.folder}/a/fits`);
      expect((await put(store, 'does-not', randomBytes(5 * MIB), 5 * MIB)).url).toBe(`file://${root}/large/does-not`);
      await store.delete(`file://${small.folder}/a/fits`);
    });

    it('takes the one with the most room of those with the same priority', async () => {
      const store = await open([{ path: join(small.folder, 'b'), priority: 3 }, dir('large', 3)]);
      expect((await put(store, 'image', Buffer.from('x'), null)).url).toBe(`file://${root}/large/image`);
    });
  });

  it('takes the data of an image once, in whatever folder', async () => {
    const [low, high] = [dir('low', 1), dir('high', 2)];
    await put(await open([low]), 'image');
    await expect(put(await open([low, high]), 'image')).rejects.toBeInstanceOf(StoreDuplicate);
  });

  it('reads, measures, shares and removes data that was moved to another of its folders', async () => {
    const store = await open([dir('a', 2), dir('b', 1)]);
    const { url } = await put(store, 'image');
    await rename(join(root, 'a/image'), join(root, 'b/image'));
    expect((await read(await store.get(url))).toString()).toBe('image');
    expect((await read(await store.get(url, { offset: 1, length: 2 }))).toString()).toBe('ma');
    expect(await store.sizeOf(url)).toBe(5);
    expect((await store.share(url, 'copy', 'clone')).url).toBe(`file://${root}/b/copy`);
    await store.delete(url);
    await expect(store.sizeOf(url)).rejects.toMatchObject({ code: 'store.data_missing' });
  });

  it('removes what a dead upload left, in whatever folder', async () => {
    const [low, high] = [dir('low', 1), dir('high', 2)];
    await put(await open([low]), 'readable');
    await mkdir(join(root, 'high/.unfinished'), { recursive: true });
    await writeFile(join(root, 'high/.unfinished/half.upload'), 'ha');
    const store = await open([low, high]);
    await store.discardUnfinished('readable', 'upload');
    await store.discardUnfinished('half', 'upload');
    for await (const object of store.inventory()) throw new Error(JSON.stringify(object));
  });

  it('goes on with the others when one cannot be written to', async () => {
    await writeFile(join(root, 'broken'), 'in the way');
    const store = await open([dir('broken', 2), dir('good', 1)]);
    expect(store.writeFailure).toBeNull();
    expect(store.writeFailures).toMatchObject([{ cause: { code: 'ENOTDIR' } }]);
    expect((await put(store, 'image')).url).toBe(`file://${root}/good/image`);
  });
});

describe('a filesystem store', () => {
  it.each([
    [null, 0o640],
    [0o644, 0o644],
    [0o400, 0o400],
    [0o777, 0o777],
  ])('gives files the mode %p', async (filePermissions, expected) => {
    const umask = process.umask(0o022);
    const store = await open([dir('data')], { filePermissions });
    const { url } = await put(store, 'image');
    expect((await stat(join(root, 'data/image'))).mode & 0o777).toBe(expected);
    expect((await read(await store.get(url))).toString()).toBe('image');
    await store.delete(url);
    process.umask(umask);
  });

  it('lets into its folder whoever may read the files', async () => {
    await mkdir(join(root, 'data'));
    await chmod(join(root, 'data'), 0o700);
    await open([dir('data')], { filePermissions: 0o644 });
    expect((await stat(join(root, 'data'))).mode & 0o777).toBe(0o711);
  });

  it('tells of the file system that data is on', async () => {
    const mounts = [
      { id: 'other', mountpoint: `${root}/dat` },
      { id: 'nfs', mountpoint: `${root}/data`, share: ['host', { path: '/x' }] },
    ];
    const store = await open([dir('data'), dir('elsewhere', -1)], { mounts });
    const { url, metadata } = await put(store, 'image');
    expect(metadata).toEqual(mounts[1]);
    expect((await store.share(url, 'copy', 'clone')).metadata).toEqual(mounts[1]);
    expect((await store.adopt(url, 'image', 'upload')).metadata).toEqual(mounts[1]);
    expect((await put(await open([dir('elsewhere')], { mounts }), 'x')).metadata).toEqual({});
  });

  const PIECES: Readonly<Record<string, Buffer>> = {
    'nothing but zeros': Buffer.alloc(3 * MIB),
    'zeros at the end, of an odd length': Buffer.concat([randomBytes(MIB), Buffer.alloc(2 * MIB + 7)]),
    'zeros in the middle': Buffer.concat([randomBytes(MIB + 5), Buffer.alloc(2 * MIB), randomBytes(9)]),
    'single zeros': randomBytes(MIB),
    'one byte of zero': Buffer.alloc(1),
    'no byte': Buffer.alloc(0),
  };
  it.each(Object.keys(PIECES))('leaves holes for %s, and gives back the same', async (name) => {
    const data = PIECES[name]!;
    const chunks = Array.from({ length: Math.ceil(data.length / MIB) }, (_, index) =>
      data.subarray(index * MIB, (index + 1) * MIB),
    );
    for (const directIo of [false, true]) {
      const store = await open([dir(String(directIo))], { thin: true, directIo });
      const { url, sizeBytes } = await store.put('image', 'upload', Readable.from(chunks), NEVER);
      expect(sizeBytes).toBe(data.length);
      expect((await read(await store.get(url))).equals(data)).toBe(true);
      expect((await readFile(join(root, `${directIo}/image`))).length).toBe(data.length);
    }
  });

  it('keeps no room for zeros', async () => {
    const { bsize } = await statfs(root);
    const sizeOf = async (thin: boolean): Promise<number> => {
      const store = await open([dir(String(thin))], { thin });
      await store.put('image', 'upload', Readable.from([Buffer.alloc(MIB), randomBytes(10)]), NEVER);
      return (await stat(join(root, `${thin}/image`))).blocks * 512;
    };
    expect(await sizeOf(true)).toBeLessThanOrEqual(2 * bsize);
    expect(await sizeOf(false)).toBeGreaterThanOrEqual(MIB);
  });
});
