import { DomainError } from '../kernel/domain-error.js';
import { UploadAborted } from './stores.errors.js';

/** Why data broke off, in our words: a DomainError speaks for itself, anything else becomes the cause of UploadAborted. */
export function abortReason(reason: unknown): DomainError {
  if (reason instanceof DomainError) return reason;
  return new UploadAborted('The data broke off before it was complete', {}, { cause: reason });
}
