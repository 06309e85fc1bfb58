import { edgeOptions } from './edge-options.js';
import { keyManagerOptions } from './key-manager-options.js';
import { limitOptions } from './limit-options.js';
import type { Option } from './option.js';

/** Options of the edge, and of other services that this one asks, in the order of the documentation. */
export const serviceOptions: readonly Option<unknown>[] = [
  ...Object.values<Option<unknown>>(edgeOptions),
  ...Object.values<Option<unknown>>(limitOptions),
  ...Object.values<Option<unknown>>(keyManagerOptions),
];
