import { join } from 'node:path';
import { ConfigError } from '../../../src/config/config-error.js';
import { loadConfig } from '../../../src/config/load-config.js';

const load = (options: Readonly<Record<string, string>>) =>
  loadConfig({
    files: [],
    directories: [],
    environment: Object.fromEntries(
      Object.entries(options).map(([name, value]) => [
        name.includes('__') ? name : `OS_DEFAULT__${name.toUpperCase()}`,
        value,
      ]),
    ),
    commandLine: { dataDir: '/srv/hindsight' },
  }).config.cache;

const CACHE = { image_cache_dir: '/srv/cache' };

describe('the configuration of the image cache', () => {
  it('is none without a folder, whatever else is set', () => {
    expect(load({ image_cache_driver: 'centralized_db', image_cache_max_size: '1' })).toBeNull();
  });

  it("has Glance's defaults", () => {
    expect(load(CACHE)).toEqual({
      dir: '/srv/cache',
      downloads: true,
      ledger: { kind: 'file', path: '/srv/cache/cache.db' },
      maxSizeBytes: 10 * 1024 ** 3,
      stallTimeS: 86400,
      stores: 'remote',
      maxFills: 4,
      managementApi: false,
    });
  });

  it.each(['sqlite', 'xattr'])('keeps the books in the folder with the driver %s', (driver) => {
    const options = {
      image_cache_driver: driver,
      image_cache_sqlite_db: 'books',
      worker_self_reference_url: 'http://a',
    };
    expect(load({ ...CACHE, ...options })?.ledger).toEqual({ kind: 'file', path: '/srv/cache/books' });
  });

  it('shares the books when the node has a URL', () => {
    const shared = { kind: 'shared', nodeUrl: 'http://node-1:9292' };
    const url = { worker_self_reference_url: 'http://node-1:9292' };
    expect(load({ ...CACHE, ...url })?.ledger).toEqual(shared);
    expect(load({ ...CACHE, ...url, image_cache_driver: 'centralized_db' })?.ledger).toEqual(shared);
  });

  it.each([
    ['a shared ledger without a URL', { image_cache_driver: 'centralized_db' }, 'worker_self_reference_url'],
    ['a ledger somewhere else', { image_cache_sqlite_db: '../cache.db' }, 'image_cache_sqlite_db'],
    ['an unknown driver', { image_cache_driver: 'redis' }, 'image_cache_driver'],
    ['a negative size', { image_cache_max_size: '-1' }, 'image_cache_max_size'],
    ['no copies at all', { OS_HINDSIGHT__IMAGE_CACHE_FILLS: '0' }, 'image_cache_fills'],
  ])('refuses %s', (_what, options, named) => {
    expect(() => load({ ...CACHE, ...options })).toThrow(ConfigError);
    expect(() => load({ ...CACHE, ...options })).toThrow(named);
  });

  it.each(['/srv/hindsight', '/srv', '/srv/hindsight/images', '/srv/hindsight/../hindsight/images/'])(
    'refuses the folder %s, where image data would be taken for copies',
    (dir) => {
      expect(() => load({ image_cache_dir: dir })).toThrow('image_cache_dir');
    },
  );

  it('accepts a folder beside the others', () => {
    expect(load({ image_cache_dir: join('/srv/hindsight', 'cache') })?.dir).toBe('/srv/hindsight/cache');
  });
});
