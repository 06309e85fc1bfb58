import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Leases } from '../kernel/lease.js';

const LEASE_MS = 15_000;
const RENEW_MS = LEASE_MS / 3;

/**
 * Runs `work` while this process holds the lease on `name`, so that of many processes one does it. When the lease is lost
 * the work's signal aborts, and the process waits for its next turn. Resolves when `signal` aborts.
 */
export async function holdLease(
  leases: Leases,
  name: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const holder = randomUUID();
  while (!signal.aborted) {
    if (await leases.acquire(name, holder, LEASE_MS)) await workWhileHeld(leases, name, holder, signal, work);
    else await sleep(RENEW_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function workWhileHeld(
  leases: Leases,
  name: string,
  holder: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController();
  const renewal = setInterval(() => {
    leases.renew(name, holder, LEASE_MS).then(
      (held) => held || lost.abort(),
      () => lost.abort(),
    );
  }, RENEW_MS);
  try {
    await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(renewal);
    await leases.release(name, holder);
  }
}
