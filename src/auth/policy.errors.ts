import { DomainError } from '../kernel/domain-error.js';

/** A policy rule cannot be compiled; the message says where. Occurs at start only: the operator corrects the rule. */
export class PolicyRuleInvalid extends DomainError {
  readonly code = 'auth.policy_rule_invalid';
}
