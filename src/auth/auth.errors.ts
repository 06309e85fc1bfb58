import { DomainError } from '../kernel/domain-error.js';

/** The policy refuses the action to this caller on an object that it may see. */
export class ActionForbidden extends DomainError {
  readonly code = 'auth.forbidden';
}

/** The identity service cannot be asked now. */
export class IdentityUnavailable extends DomainError {
  readonly code = 'auth.identity_unavailable';
}

export type AuthErrorCode = (ActionForbidden | IdentityUnavailable)['code'];
