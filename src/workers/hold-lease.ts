import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Leases } from '../kernel/lease.js';

const LEASE_MS = 15_000;
const RENEWALS_PER_LEASE = 3;
/** After a failure: its cause, say a full disk, may be gone soon. */
const PAUSE_MS = 1000;

/** What one process at a time does. `durationMs` is how long after a process' death the next one takes over. */
export type ExclusiveWork = Readonly<{
  leases: Leases;
  name: string;
  durationMs?: number;
  /** Works until the signal aborts. */
  work: (signal: AbortSignal) => Promise<void>;
  /** Told of every failure, of the work and of the leases; a new attempt follows. */
  onFailure: (error: unknown) => void;
}>;

/**
 * Works while this process holds the lease, so that of many processes one does it. When the lease is lost the work's signal
 * aborts, and the process waits for its next turn. Never rejects; resolves when `signal` has aborted.
 */
export async function holdLease(exclusive: ExclusiveWork, signal: AbortSignal): Promise<void> {
  const { leases, name, durationMs = LEASE_MS, onFailure } = exclusive;
  const holder = randomUUID();
  while (!signal.aborted) {
    let pauseMs = durationMs / RENEWALS_PER_LEASE;
    try {
      if (await leases.acquire(name, holder, durationMs)) await workWhileHeld(exclusive, holder, signal);
    } catch (error) {
      onFailure(error);
      pauseMs = PAUSE_MS;
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

async function workWhileHeld(
  { leases, name, durationMs = LEASE_MS, work }: ExclusiveWork,
  holder: string,
  signal: AbortSignal,
): Promise<void> {
  const lost = new AbortController();
  const renewal = setInterval(() => {
    leases.renew(name, holder, durationMs).then(
      (held) => held || lost.abort(),
      () => lost.abort(),
    );
  }, durationMs / RENEWALS_PER_LEASE);
  try {
    await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(renewal);
    await leases.release(name, holder).catch(() => undefined); // what is not given back runs out by itself
  }
}
