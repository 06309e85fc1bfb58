import { DomainError } from '../../kernel/domain-error.js';

/** What may be gone when it is tried again: a server, a store or a tool that is away or busy. */
const HEALING: ReadonlySet<string> = new Set([
  'outbound.unavailable',
  'store.unavailable',
  'data.hashing_failed',
  'conversion.unavailable',
  'auth.identity_unavailable',
  'key_manager.unavailable',
]);

/** What keeps the service itself from recording anything: not the task's fault, however often it happens. */
const OUTAGES: ReadonlySet<string> = new Set([
  'events.store_unavailable',
  'events.concurrent_change',
  'projections.unavailable',
  'projections.position_not_reached',
]);

const codeOf = (error: unknown): string => (error instanceof DomainError ? error.code : '');

export const mayHeal = (error: unknown): boolean => HEALING.has(codeOf(error));

export const isOutage = (error: unknown): boolean => OUTAGES.has(codeOf(error));

/** What the task says about its failure: refusals explain themselves, anything else stays in the log. */
export const failureMessage = (error: unknown): string =>
  error instanceof DomainError ? error.message : 'Task failed due to Internal Error';
