import type { Caller } from './caller.js';

/** What a rule is asked about: attributes by the names that rules use (`project_id`, `visibility`, `member_id`, ...). */
export type PolicyTarget = Readonly<Record<string, unknown>>;

/** Yes or no, at once; a promise of it only where another server has to be asked. */
export type Answer = boolean | Promise<boolean>;

/** Answers whether a caller may do something; the rules themselves are data (policy-rules.ts). */
export interface Policy {
  /**
   * @param rule one of policy-rules.ts, or one that only the operator's files know; the default rule answers for any other
   * @returns a promise that is rejected with PolicyServerUnavailable when the answer cannot be had
   */
  allows(rule: string, caller: Caller, target: PolicyTarget): Answer;
}

/** NestJS token. */
export const POLICY = Symbol('Policy');
