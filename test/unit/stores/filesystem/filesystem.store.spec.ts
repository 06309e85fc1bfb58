import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { FilesystemImageStore } from '../../../../src/stores/filesystem/filesystem.store.js';
import { StoreAddDisabled, StoreFull, StoreOperationUnsupported } from '../../../../src/stores/stores.errors.js';

const NEVER = new AbortController().signal;
const MIB = 1024 * 1024;

describe('the filesystem store', () => {
  let dataDir: string;
  let store: FilesystemImageStore;
  beforeEach(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'hindsight-fs-')), 'data');
    store = await FilesystemImageStore.open({ dataDir, directIo: true });
  });
  afterEach(() => rm(join(dataDir, '..'), { recursive: true }));

  const put = (imageId: string, uploadId: string, content: string) =>
    store.put(imageId, uploadId, Readable.from([Buffer.from(content)]), NEVER);

  it('keeps an image in a file of its name, and nothing else', async () => {
    const { url } = await put('image', 'upload', 'content');
    expect(url).toBe(`file://${dataDir}/image`);
    expect((await readFile(join(dataDir, 'image'))).toString()).toBe('content');
    expect((await readdir(dataDir, { recursive: true })).sort()).toEqual(['.unfinished', 'image']);
  });

  it('discards an upload that died before it was readable, and spares the data of another one', async () => {
    await put('image', 'winner', 'kept');
    await writeFile(join(dataDir, '.unfinished', 'image.dead'), 'half');
    await store.discardUnfinished('image', 'dead');
    expect((await readdir(dataDir, { recursive: true })).sort()).toEqual(['.unfinished', 'image']);
  });

  it('discards an upload that died with both of its names in place', async () => {
    await put('image', 'dead', 'whole');
    await link(join(dataDir, 'image'), join(dataDir, '.unfinished', 'image.dead'));
    await store.discardUnfinished('image', 'dead');
    expect(await readdir(dataDir, { recursive: true })).toEqual(['.unfinished']);
  });

  it('lists only what it has written itself', async () => {
    await put('image', 'upload', 'content');
    await writeFile(join(dataDir, '.unfinished', 'other.dead'), 'half');
    await writeFile(join(dataDir, 'notes.txt'), 'not ours');
    await writeFile(join(dataDir, '.unfinished', 'not.an.upload'), 'not ours');
    await mkdir(join(dataDir, 'directory'));
    expect(await Array.fromAsync(store.inventory())).toEqual([
      { kind: 'image', imageId: 'image', url: `file://${dataDir}/image` },
      { kind: 'unfinished', imageId: 'other', uploadId: 'dead' },
    ]);
  });

  it.each(['../escape', 'a/b', '', '.hidden', 'a.b'])('refuses %p as an id', async (id) => {
    await expect(put(id, 'upload', 'x')).rejects.toThrow('Not usable as an id');
    await expect(put('image', id, 'x')).rejects.toThrow('Not usable as an id');
    await expect(store.discardUnfinished(id, 'upload')).rejects.toThrow('Not usable as an id');
    expect(await readdir(dataDir, { recursive: true })).toEqual(['.unfinished']);
  });

  it('only reads when its directory cannot be written to', async () => {
    await writeFile(join(dataDir, 'file'), 'in the way');
    const broken = await FilesystemImageStore.open({ dataDir: join(dataDir, 'file'), directIo: true });
    expect(broken.writeFailure).toMatchObject({ code: 'store.unavailable', cause: { code: 'ENOTDIR' } });
    expect([...broken.capabilities]).toEqual(['read_range']);
    await expect(broken.put('image', 'upload', Readable.from([]), NEVER)).rejects.toBeInstanceOf(StoreAddDisabled);
    await expect(broken.delete(`file://${dataDir}/file/image`)).rejects.toBeInstanceOf(StoreOperationUnsupported);
  });
});

const SMALL_DISK_MIB = 4;
const mountPoint = await mkdtemp(join(tmpdir(), 'hindsight-full-'));
const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_DISK_MIB}m`, 'tmpfs', mountPoint]);
const mounted = mount.status === 0;
if (!mounted) console.warn(`SKIPPED: a full disk, because no small file system can be mounted here`);

(mounted ? describe : describe.skip)('a filesystem store on a full disk', () => {
  afterAll(async () => {
    spawnSync('umount', [mountPoint]);
    await rm(mountPoint, { recursive: true });
  });

  it.each([true, false])('says so, keeps nothing, and takes data that fits (direct: %p)', async (directIo) => {
    const store = await FilesystemImageStore.open({ dataDir: mountPoint, directIo });
    const tooMuch = Readable.from(Array.from({ length: SMALL_DISK_MIB + 2 }, () => randomBytes(MIB)));
    await expect(store.put('large', 'upload', tooMuch, NEVER)).rejects.toBeInstanceOf(StoreFull);
    expect(await readdir(mountPoint, { recursive: true })).toEqual(['.unfinished']);
    const { url } = await store.put('small', 'upload', Readable.from([randomBytes(MIB)]), NEVER);
    await store.delete(url);
  });
});
