import { DomainError } from '../kernel/domain-error.js';

/** The project has, or would have, more than it may; `details` has name, limit, usage and delta. */
export class LimitExceeded extends DomainError {
  readonly code = 'limits.exceeded';
}

/** Whoever keeps the limits refuses to tell them, or does not know this service: the operator corrects `[oslo_limit]`. */
export class LimitsUnusable extends DomainError {
  readonly code = 'limits.unusable';
}

export type LimitsErrorCode = (LimitExceeded | LimitsUnusable)['code'];
