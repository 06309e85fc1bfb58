import { DomainError } from '../../kernel/domain-error.js';

/** The server that shares the jobs is away or refuses its work; what is in the events waits until it is back. */
export class JobQueueUnavailable extends DomainError {
  readonly code = 'queue.unavailable';
}
