import { DomainError } from '../kernel/domain-error.js';

/** The policy refuses the action to this caller on an object that it may see. */
export class ActionForbidden extends DomainError {
  readonly code = 'auth.forbidden';
}

/** The refusal of a rule, in the words that clients look for. */
export const actionForbidden = (rule: string): ActionForbidden =>
  new ActionForbidden(`You are not authorized to complete ${rule} action.`, { rule });

/** The operator protects the custom property from this caller. */
export class PropertyReserved extends DomainError {
  readonly code = 'auth.property_reserved';
}

export const propertyReserved = (name: string): PropertyReserved =>
  new PropertyReserved(`Attribute '${name}' is reserved.`, { property: name });

/** The identity service cannot be asked now. */
export class IdentityUnavailable extends DomainError {
  readonly code = 'auth.identity_unavailable';
}

/** A server that policy rules name cannot be asked now. */
export class PolicyServerUnavailable extends DomainError {
  readonly code = 'auth.policy_server_unavailable';
}

export type AuthErrorCode = (
  ActionForbidden | PropertyReserved | IdentityUnavailable | PolicyServerUnavailable
)['code'];
