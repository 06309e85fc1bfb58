import { DomainError } from '../../kernel/domain-error.js';

/** The server that manages a cache does not do what it was asked for. */
export class ServerRefusal extends DomainError {
  readonly code = 'cache.server_refusal';
}
