import { DomainError } from '../../../kernel/domain-error.js';

/** The file of the notary's keys holds none that can sign, or cannot be read or made. */
export class AuditKeyInvalid extends DomainError {
  readonly code = 'audit.key_invalid';
}

/** A checkpoint that was signed is not in the log any more, or not as it was. Find out who did that: `verify --audit`. */
export class AuditCheckpointLost extends DomainError {
  readonly code = 'audit.checkpoint_lost';
}

/** The last checkpoint is not signed with a key of this notary, which therefore does not go on from it. */
export class AuditCheckpointForeign extends DomainError {
  readonly code = 'audit.checkpoint_foreign';
}
