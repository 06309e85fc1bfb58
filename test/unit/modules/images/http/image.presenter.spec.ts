import { loadConfig } from '../../../../../src/config/load-config.js';
import { ImagePresenter } from '../../../../../src/modules/images/http/image.presenter.js';
import type { ImageDetails } from '../../../../../src/projections/images/image-details.read-model.js';
import { imageDescription } from '../../../../support/image-description.builder.js';
import { OWNER } from '../../../../support/image-workbench.js';

const image: ImageDetails = {
  id: '6f1d0d4e-5a4e-4c1b-9a55-0d5f0a6b7c81',
  revision: 0,
  ...imageDescription({ owner: 'p1' }),
  status: 'queued',
  sizeBytes: null,
  virtualSizeBytes: null,
  checksum: null,
  hashAlgorithm: null,
  hashValue: null,
  members: [],
  locations: [],
  uploadId: null,
  uploadStore: null,
  importTaskId: null,
  importingStores: null,
  failedStores: null,
  scrubAfter: null,
  createdAt: '2026-01-02T03:04:05.000Z',
  updatedAt: '2026-01-02T03:04:05.000Z',
};

const presented = (overrides: Partial<ImageDetails>, multiple = true) => {
  const { config } = loadConfig({ files: [], directories: [], environment: {}, commandLine: {} });
  const presenter = new ImagePresenter({ ...config, stores: { ...config.stores, multiple } }, new Map());
  return presenter.present({ ...image, ...overrides }, OWNER);
};

describe('how an import is presented', () => {
  it('is not at all before the first one', () => {
    expect(Object.keys(presented({})).filter((name) => name.startsWith('os_glance'))).toEqual([]);
  });

  it('names the task while the image is locked, and the stores that are still to be filled or failed', () => {
    const locked = { importTaskId: 'task-1', importingStores: ['fast', 'slow'], failedStores: ['remote'] };
    expect(presented(locked)).toMatchObject({
      os_glance_import_task: 'task-1',
      os_glance_importing_to_stores: 'fast,slow',
      os_glance_failed_import: 'remote',
    });
  });

  it('leaves empty lists behind, and no task', () => {
    const after = presented({ importingStores: [], failedStores: [] });
    expect(after).toMatchObject({ os_glance_importing_to_stores: '', os_glance_failed_import: '' });
    expect(after).not.toHaveProperty('os_glance_import_task');
  });

  it('names no stores where there is only one', () => {
    const lists = { importingStores: ['local'], failedStores: ['local'] };
    expect(presented(lists, false)).toMatchObject({
      os_glance_importing_to_stores: '',
      os_glance_failed_import: '',
    });
  });

  it('cannot be forged by properties of the same names', () => {
    const properties = { os_glance_importing_to_stores: 'forged' };
    expect(presented({ properties, importingStores: ['fast'] })).toMatchObject({
      os_glance_importing_to_stores: 'fast',
    });
  });
});

describe('how staged data is presented', () => {
  it('is by its size, without hashes', () => {
    expect(presented({ status: 'uploading', sizeBytes: 5 })).toMatchObject({
      status: 'uploading',
      size: 5,
      checksum: null,
      os_hash_algo: null,
      os_hash_value: null,
    });
  });
});
