import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { expectStatus } from './expectations.js';
import type { ImageSession } from './image-session.js';
import { Service } from './service.js';
import type { ServiceEnvironment, ServiceOptions } from './service.js';

export const cacheDirOf = (service: Pick<Service, 'dataDir'>): string => join(service.dataDir, 'cache');

/** Options of a service that caches whatever is downloaded from it, and believes what its callers say of themselves. */
export const caching = (environment: ServiceEnvironment = {}): Pick<ServiceOptions, 'environment'> => ({
  environment: (dataDir) => ({
    OS_HINDSIGHT__IDENTITY: 'fakeauth',
    OS_DEFAULT__IMAGE_CACHE_DIR: join(dataDir, 'cache'),
    OS_HINDSIGHT__IMAGE_CACHE_STORES: 'all',
    ...environment,
  }),
});

/** What `GET /v2/cache` says. */
export const cacheState = async (admin: ImageSession): Promise<any> =>
  expectStatus(await admin.get('/v2/cache'), 200).json;

/** The entry of an image; undefined when it is not cached. */
export const cacheEntry = async (admin: ImageSession, imageId: string): Promise<any> =>
  (await cacheState(admin)).cached_images.find((entry: { image_id: string }) => entry.image_id === imageId);

export const untilCached = (admin: ImageSession, imageId: string): Promise<any> =>
  eventually(async () => {
    const entry = await cacheEntry(admin, imageId);
    if (entry === undefined) throw new Error(`image ${imageId} is not cached`);
    return entry;
  });

/** Names below a cache's folder, without its ledger. */
export async function cachedFiles(dir: string): Promise<string[]> {
  if (!existsSync(dir)) return [];
  const names = await readdir(dir, { recursive: true });
  return names.filter((name) => !/^(incomplete|invalid|queue|cache\.db.*)$/.test(name)).sort();
}
