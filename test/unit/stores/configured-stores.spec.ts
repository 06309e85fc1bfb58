import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findStore, openStores } from '../../../src/stores/configured-stores.js';
import type { ImageStores } from '../../../src/stores/image-store.js';
import { StoreUnknown } from '../../../src/stores/stores.errors.js';

describe('the configured stores', () => {
  const readOnly: string[] = [];
  let root: string;
  let stores: ImageStores;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'hindsight-stores-'));
    await writeFile(join(root, 'broken'), 'a file where a directory should be');
    const backends = ['fast', 'broken', 'cheap'].map((id, index) => ({
      id,
      type: 'file' as const,
      description: `the ${id} one`,
      weight: index,
      dataDirs: [{ path: join(root, id), priority: 0 }],
      ...{ filePermissions: null, thinProvisioning: false, mounts: [] },
      chunkSizeBytes: 65_536,
      taskWriteBytesPerS: 0,
      taskWriteConcurrency: 0,
    }));
    stores = await openStores(
      { stores: { multiple: true, defaultId: 'cheap', backends }, uploads: { leaseS: 60, directIo: false } },
      { onReadOnly: (storeId) => readOnly.push(storeId) },
    );
  });
  afterAll(() => rm(root, { recursive: true }));

  it('stand in the order of the configuration, with what it says of them', () => {
    expect([...stores.keys()]).toEqual(['fast', 'broken', 'cheap']);
    expect(stores.get('fast')).toMatchObject({
      id: 'fast',
      type: 'file',
      description: 'the fast one',
      weight: 0,
      isDefault: false,
      readOnly: false,
    });
  });

  it('include one that cannot be written to, as read-only, and report it', () => {
    expect(stores.get('broken')?.readOnly).toBe(true);
    expect(readOnly).toEqual(['broken']);
  });

  it('are found by id, the default one without', () => {
    expect(findStore(stores, 'fast').id).toBe('fast');
    expect(findStore(stores, null).id).toBe('cheap');
    expect(() => findStore(stores, 'unheard-of')).toThrow(StoreUnknown);
  });
});
