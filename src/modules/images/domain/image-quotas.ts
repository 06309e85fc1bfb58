import type { ImageQuotas } from './image.commands.js';
import { ImageQuotaExceeded } from './image.errors.js';

/** @throws ImageQuotaExceeded when `attempted` is beyond the quota; a negative quota is none */
export const mustFitQuota = (kind: keyof ImageQuotas, attempted: number, quotas: ImageQuotas): void => {
  const maximum = quotas[kind];
  if (maximum < 0 || attempted <= maximum) return;
  throw new ImageQuotaExceeded(
    `The limit has been exceeded on the number of allowed image ${kind}. ` +
      `Attempted: ${attempted}, Maximum: ${maximum}`,
    { kind, attempted, maximum },
  );
};

/** The service's own bookkeeping lives among the custom properties and is free of charge. */
export const countsAsProperty = (name: string): boolean => !name.startsWith('os_glance');
