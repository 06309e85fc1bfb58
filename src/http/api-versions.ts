import type { AppConfig } from '../config/app-config.js';

/** One minor version of the API: nothing but an announcement that clients choose features by. */
export type ApiVersion = Readonly<{ id: string; current: boolean }>;

/** Minor numbers in the order in which clients know them; the order differs from the numeric one without a cache. */
const BASE = [7, 6, 5, 4, 3, 2, 1, 0];
const WITH_CACHE_AND_STORES = { current: 18, minors: [18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, ...BASE] };
const WITH_CACHE = { current: 18, minors: [18, 17, 16, 15, 14, 9, ...BASE] };
const WITH_STORES = { current: 17, minors: [15, 13, 12, 11, 10, 9, 8, 17, ...BASE] };
const PLAIN = { current: 17, minors: [15, 9, 17, ...BASE] };

/** The versions that a deployment announces: they depend on whether it has an image cache and several stores. */
export function advertisedVersions(config: AppConfig): readonly ApiVersion[] {
  const { current, minors } = tableFor(config.api.imageCacheDir !== null, config.stores.multiple);
  return minors.map((minor) => ({ id: `v2.${minor}`, current: minor === current }));
}

function tableFor(cache: boolean, stores: boolean): Readonly<{ current: number; minors: readonly number[] }> {
  if (cache) return stores ? WITH_CACHE_AND_STORES : WITH_CACHE;
  return stores ? WITH_STORES : PLAIN;
}
