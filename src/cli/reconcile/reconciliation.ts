import type { Finding } from '../verify/finding.js';
import { ImageLog } from '../verify/image-log.js';
import { findStoreProblems } from '../verify/store-problems.js';
import type { Verified } from '../verify/verified.js';
import { findingOf } from '../verify/verify-stores.js';
import { Repairs } from './repair.js';
import type { Repair, RepairTools } from './repair.js';

/** What events and stores are compared with, and repaired with. */
export type Reconciled = Pick<Verified, 'codec'> & RepairTools;

/** What does not fit together, and what was done about it; null when nothing was to be done. */
export type Reconciliation = Readonly<{ finding: Finding; repair: Repair | null }>;

/**
 * Finds stored bytes without an image, and images without their bytes. May run beside a working service.
 * @param fix repairs what can be repaired
 */
export async function* reconcile(reconciled: Reconciled, fix: boolean): AsyncGenerator<Reconciliation> {
  const log = new ImageLog(reconciled.eventStore, reconciled.codec);
  const unreadable = { repaired: false, outcome: 'events are never changed' };
  const reading = log.read();
  let next = await reading.next();
  for (; !next.done; next = await reading.next()) yield { finding: next.value, repair: fix ? unreadable : null };
  if (!next.value) return; // who does not know all images does not know what bytes they have
  const repairs = new Repairs(log, reconciled);
  for await (const problem of findStoreProblems(log, reconciled)) {
    yield { finding: findingOf(problem), repair: fix ? await repairs.of(problem) : null };
  }
}
