import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { FilesystemStagingArea } from '../../../../src/stores/staging/filesystem.staging-area.js';
import { StoreUnavailable } from '../../../../src/stores/stores.errors.js';

const NEVER = new AbortController().signal;

describe('the staging area in a folder', () => {
  let root: string;
  let folder: string;
  let staging: FilesystemStagingArea;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'hindsight-staging-'));
    folder = join(root, 'staging');
    staging = await FilesystemStagingArea.open(folder, false);
  });
  afterEach(() => rm(root, { recursive: true }));

  const stage = (imageId: string, content: string, uploadId = 'claim') =>
    staging.store.put(imageId, uploadId, Readable.from([Buffer.from(content)]), NEVER);
  const leaveUnfinished = (name: string) => writeFile(join(folder, '.unfinished', name), 'half');
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

  it('keeps what is staged for an image in a file of its name, which nobody else may read', async () => {
    expect(staging.writeFailure).toBeNull();
    await stage('image', 'content');
    expect(staging.stagedFile('image')).toBe(join(folder, 'image'));
    expect((await readFile(staging.stagedFile('image'))).toString()).toBe('content');
    expect(await modeOf(folder)).toBe('700');
  });

  it('discards what is staged for one image, finished and unfinished, and may do so twice', async () => {
    await stage('image', 'content');
    await stage('other', 'kept');
    for (const name of ['image.one', 'image.two', 'other.one', 'image2.one']) await leaveUnfinished(name);
    await staging.discard('image');
    await staging.discard('image');
    expect((await readdir(folder)).sort()).toEqual(['.tasks', '.unfinished', 'other']);
    expect((await readdir(join(folder, '.unfinished'))).sort()).toEqual(['image2.one', 'other.one']);
  });

  it('discards what one claim left unfinished, and spares what another one has staged', async () => {
    await stage('image', 'kept', 'winner');
    await leaveUnfinished('image.dead');
    await staging.discardUnfinished('image', 'dead');
    await staging.discardUnfinished('image', 'dead');
    expect(await Array.fromAsync(staging.store.inventory())).toEqual([
      expect.objectContaining({ kind: 'image', imageId: 'image' }),
    ]);
  });

  it('gives a task a folder of its own, the same each time, and removes it with all that is in it', async () => {
    const mine = await staging.taskFolder('task-1');
    await staging.taskFolder('task-2');
    await writeFile(join(mine, 'data'), 'content');
    expect(await staging.taskFolder('task-1')).toBe(mine);
    expect(await readdir(mine)).toEqual(['data']);
    expect(await modeOf(mine)).toBe('700');
    expect([...(await staging.tasksWithFolders())].sort()).toEqual(['task-1', 'task-2']);
    await staging.removeTaskFolder('task-1');
    await staging.removeTaskFolder('task-1');
    expect(await staging.tasksWithFolders()).toEqual(['task-2']);
  });

  it('lists images without the folders of tasks, and those without other files', async () => {
    await stage('image', 'content');
    await staging.taskFolder('task-1');
    await writeFile(join(folder, '.tasks', 'notes.txt'), 'not ours');
    expect((await Array.fromAsync(staging.store.inventory())).map(({ imageId }) => imageId)).toEqual(['image']);
    expect(await staging.tasksWithFolders()).toEqual(['task-1']);
  });

  it.each(['../escape', 'a/b', '', '.hidden'])('refuses %p as an id', async (id) => {
    expect(() => staging.stagedFile(id)).toThrow('Not usable as an id');
    await expect(staging.discard(id)).rejects.toThrow('Not usable as an id');
    await expect(staging.discardUnfinished('image', id)).rejects.toThrow('Not usable as an id');
    await expect(staging.taskFolder(id)).rejects.toThrow('Not usable as an id');
    await expect(staging.removeTaskFolder(id)).rejects.toThrow('Not usable as an id');
  });

  it('opens where it cannot write, says why, and refuses data', async () => {
    await writeFile(join(root, 'file'), 'in the way');
    const broken = await FilesystemStagingArea.open(join(root, 'file', 'staging'), false);
    expect(broken.writeFailure).toMatchObject({ code: 'store.unavailable', cause: { code: 'ENOTDIR' } });
    expect(broken.store.capabilities.has('write')).toBe(false);
    await expect(broken.taskFolder('task-1')).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('has nothing in it when its folder has been taken away', async () => {
    await rm(folder, { recursive: true });
    expect(await staging.tasksWithFolders()).toEqual([]);
    await expect(staging.discard('image')).resolves.toBeUndefined();
    await expect(staging.removeTaskFolder('task-1')).resolves.toBeUndefined();
  });
});
