import { randomUUID } from 'node:crypto';
import type { Leases } from '../../kernel/lease.js';

/** How long a dead process keeps others from copying the image that it was copying. */
const LEASE_MS = 15_000;
const RENEWALS_PER_LEASE = 3;

export type CopyTurn = Readonly<{ end(): Promise<void> }>;

/**
 * Of all processes that share a cache one copies an image at a time: null when it is another one. Who loses its turn all the
 * same, because it stood still for too long, finds its file gone.
 */
export async function takeCopyTurn(leases: Leases, copy: string): Promise<CopyTurn | null> {
  const [name, holder] = [`image-cache/${copy}`, randomUUID()];
  if (!(await leases.acquire(name, holder, LEASE_MS))) return null;
  const renewal = setInterval(() => {
    leases.renew(name, holder, LEASE_MS).catch(() => undefined);
  }, LEASE_MS / RENEWALS_PER_LEASE);
  return {
    end: async () => {
      clearInterval(renewal);
      await leases.release(name, holder).catch(() => undefined); // what is not given back runs out by itself
    },
  };
}
