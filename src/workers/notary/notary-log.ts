import type { AuditCheckpointSigned } from '../../events/contracts/audit-events.js';

/** What the notary tells the operator, beside its failures. */
export interface NotaryLog {
  signed(checkpoint: AuditCheckpointSigned['data']): void;
  /** Checkpoints could not be added to the file; it is tried again with the next. */
  notFiled(error: unknown): void;
}

/** NestJS token. */
export const NOTARY_LOG = Symbol('NotaryLog');
