import { sep } from 'node:path';
import type { StoreMount } from '../../config/app-config.js';

/** What is remembered of data at a path: the first of the mounts that it is below, or nothing. */
export const mountOf = (path: string, mounts: readonly StoreMount[]): Readonly<Record<string, unknown>> =>
  mounts.find(({ mountpoint }) => path.startsWith(mountpoint.endsWith(sep) ? mountpoint : mountpoint + sep)) ?? {};
