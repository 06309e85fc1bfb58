import { DomainError } from '../kernel/domain-error.js';

/** A policy rule cannot be understood; the message says where. The operator corrects the rule. */
export class PolicyRuleInvalid extends DomainError {
  readonly code = 'auth.policy_rule_invalid';
}

/** Policy files cannot be used. `problems` names each, with file, line and rule. */
export class PolicyFilesInvalid extends DomainError {
  readonly code = 'auth.policy_files_invalid';

  constructor(
    readonly problems: readonly string[],
    options?: ErrorOptions,
  ) {
    super(problems.join('; '), { problems }, options);
  }
}
