import type { Caller } from './caller.js';
import type { Answer, PolicyTarget } from './policy.js';

/** A compiled check string. */
export type Check = (caller: Caller, target: PolicyTarget) => Answer;

/** Finds the check of a rule that another rule names by `rule:<name>`. */
export type RuleLookup = (name: string, position: number) => Check;
