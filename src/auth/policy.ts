import type { Caller } from './caller.js';
import type { RuleName } from './policy-rules.js';

/** What a rule is asked about: attributes by the names that rules use (`project_id`, `visibility`, `member_id`, ...). */
export type PolicyTarget = Readonly<Record<string, unknown>>;

/** Answers whether a caller may do something; the rules themselves are data (policy-rules.ts). */
export interface Policy {
  allows(rule: RuleName, caller: Caller, target: PolicyTarget): boolean;
}
