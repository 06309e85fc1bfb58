import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FilesystemImageStore } from '../../../src/stores/filesystem/filesystem.store.js';
import { imageStoreContract } from './image-store.contract.js';
import type { StoreHarness } from './image-store.contract.js';

const SHARED_MEMORY = '/dev/shm';

imageStoreContract('filesystem, buffered', () => setUp(tmpdir(), false));
imageStoreContract('filesystem, direct', () => setUp(tmpdir(), true));
if (existsSync(SHARED_MEMORY)) imageStoreContract('filesystem, direct on a tmpfs', () => setUp(SHARED_MEMORY, true));
else console.warn(`SKIPPED: the filesystem store on a tmpfs, because there is no ${SHARED_MEMORY}`);

imageStoreContract('filesystem, several folders, sparse files of a given mode', () =>
  setUp(tmpdir(), false, { thin: true, filePermissions: 0o644 }, ['a', 'b']),
);

async function setUp(
  parent: string,
  directIo: boolean,
  options: Partial<Parameters<typeof FilesystemImageStore.open>[0]> = {},
  further: readonly string[] = [],
): Promise<StoreHarness> {
  const root = await mkdtemp(join(parent, 'hindsight images '));
  const dataDir = join(root, 'data');
  const dataDirs = ['data', ...further].map((name) => ({ path: join(root, name), priority: 0 }));
  const store = await FilesystemImageStore.open({ dataDirs, directIo, ...options });
  await writeFile(join(root, 'secret'), 'outside');
  await writeFile(join(dataDir, '.hidden'), 'no image');
  return { store, foreignUrls: foreignUrls(dataDir), tearDown: () => rm(root, { recursive: true }) };
}

function foreignUrls(dataDir: string): string[] {
  const base = pathToFileURL(dataDir).href;
  return [
    base,
    `${base}/`,
    `${base}/../secret`,
    `${base}/%2e%2e/secret`,
    `${base}/..%2fsecret`,
    `${base}/.hidden`,
    `${base}/.unfinished`,
    `${base}/.unfinished/a.b`,
    `${base}/sub/dir`,
    `${base}/a%00b`,
    `file://otherhost${dataDir}/x`,
    'file:///etc/hostname',
    `http://localhost${dataDir}/x`,
  ];
}

describe('the filesystem store', () => {
  it('follows no symbolic link out of its directory', async () => {
    const root = await mkdtemp(join(tmpdir(), 'hindsight-link-'));
    const dataDir = join(root, 'data');
    const store = await FilesystemImageStore.open({ dataDirs: [{ path: dataDir, priority: 0 }], directIo: false });
    await writeFile(join(root, 'secret'), 'outside');
    await symlink(join(root, 'secret'), join(dataDir, 'linked'));
    const url = pathToFileURL(join(dataDir, 'linked')).href;
    await expect(store.get(url)).rejects.toMatchObject({ code: 'store.data_missing' });
    await expect(store.sizeOf(url)).rejects.toMatchObject({ code: 'store.data_missing' });
    await rm(root, { recursive: true });
  });
});
