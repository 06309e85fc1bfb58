import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { FilesystemImageStore } from '../../../../src/stores/filesystem/filesystem.store.js';
import { StoreAddDisabled, StoreFull, StoreOperationUnsupported } from '../../../../src/stores/stores.errors.js';

const NEVER = new AbortController().signal;
const MIB = 1024 * 1024;
const OTHER_DEVICE = '/dev/shm';

describe('the filesystem store', () => {
  let dataDir: string;
  let store: FilesystemImageStore;
  beforeEach(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'hindsight-fs-')), 'data');
    store = await FilesystemImageStore.open({ dataDirs: [{ path: dataDir, priority: 0 }], directIo: true });
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

  it.each([
    ['before the bytes were readable', ['.unfinished/copy.dead']],
    ['with both of its names in place', ['.unfinished/copy.dead', 'copy']],
    ['when the bytes had become readable', ['copy']],
  ])('discards a sharing that died %s, and spares the first image', async (_, names) => {
    await put('image', 'upload', 'shared');
    for (const name of names) await link(join(dataDir, 'image'), join(dataDir, name));
    await store.discardUnfinished('copy', 'dead');
    expect((await readdir(dataDir, { recursive: true })).sort()).toEqual(['.unfinished', 'image']);
    expect((await readFile(join(dataDir, 'image'))).toString()).toBe('shared');
  });

  it('shares one file between images instead of copying it', async () => {
    const { url } = await put('image', 'upload', 'shared');
    await store.share(url, 'copy', 'clone');
    const [first, second] = [await stat(join(dataDir, 'image')), await stat(join(dataDir, 'copy'))];
    expect(second.ino).toBe(first.ino);
    expect((await readdir(dataDir, { recursive: true })).sort()).toEqual(['.unfinished', 'copy', 'image']);
  });

  (existsSync(OTHER_DEVICE) ? it : it.skip)('says that it cannot share where files have one name only', async () => {
    const elsewhere = await mkdtemp(join(OTHER_DEVICE, 'hindsight-unfinished-'));
    await writeFile(join(dataDir, 'image'), 'content');
    await rm(join(dataDir, '.unfinished'), { recursive: true });
    await symlink(elsewhere, join(dataDir, '.unfinished'));
    const sharing = store.share(`file://${dataDir}/image`, 'copy', 'clone');
    await expect(sharing).rejects.toBeInstanceOf(StoreOperationUnsupported);
    expect([await readdir(elsewhere), (await readdir(dataDir)).sort()]).toEqual([[], ['.unfinished', 'image']]);
    await rm(elsewhere, { recursive: true });
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
    const broken = await FilesystemImageStore.open({
      dataDirs: [{ path: join(dataDir, 'file'), priority: 0 }],
      directIo: true,
    });
    expect(broken.writeFailure).toMatchObject({ code: 'store.unavailable', cause: { code: 'ENOTDIR' } });
    expect([...broken.capabilities]).toEqual(['read_range']);
    await expect(broken.put('image', 'upload', Readable.from([]), NEVER)).rejects.toBeInstanceOf(StoreAddDisabled);
    const url = `file://${dataDir}/file/image`;
    await expect(broken.delete(url)).rejects.toBeInstanceOf(StoreOperationUnsupported);
    await expect(broken.share(url, 'copy', 'clone')).rejects.toBeInstanceOf(StoreOperationUnsupported);
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
    const store = await FilesystemImageStore.open({ dataDirs: [{ path: mountPoint, priority: 0 }], directIo });
    const tooMuch = Readable.from(Array.from({ length: SMALL_DISK_MIB + 2 }, () => randomBytes(MIB)));
    await expect(store.put('large', 'upload', tooMuch, NEVER)).rejects.toBeInstanceOf(StoreFull);
    expect(await readdir(mountPoint, { recursive: true })).toEqual(['.unfinished']);
    const { url } = await store.put('small', 'upload', Readable.from([randomBytes(MIB)]), NEVER);
    await store.delete(url);
  });
});
