import { DomainError } from '../kernel/domain-error.js';

/** The policy refuses the action to this caller on an object that it may see. */
export class ActionForbidden extends DomainError {
  readonly code = 'auth.forbidden';
}

/** The refusal of a rule, in the words that clients look for. */
export const actionForbidden = (rule: string): ActionForbidden =>
  new ActionForbidden(`You are not authorized to complete ${rule} action.`, { rule });

/** The identity service cannot be asked now. */
export class IdentityUnavailable extends DomainError {
  readonly code = 'auth.identity_unavailable';
}

/** A server that policy rules name cannot be asked now. */
export class PolicyServerUnavailable extends DomainError {
  readonly code = 'auth.policy_server_unavailable';
}

export type AuthErrorCode = (ActionForbidden | IdentityUnavailable | PolicyServerUnavailable)['code'];
