import type { Caller } from './caller.js';
import type { Answer, PolicyTarget } from './policy.js';

/** A compiled check; `rule` is the rule that was asked for, which servers of remote checks are told. */
export type Check = (caller: Caller, target: PolicyTarget, rule: string) => Answer;

/** What checks may lean on beyond caller and target. */
export type CheckContext = Readonly<{
  /** The check of a rule that another rule names by `rule:<name>`. */
  lookUp(name: string, position: number): Check;
  /** Asks another server; `url` is complete. */
  ask: AskServer;
}>;

/** What a server is told of a check. Of the caller it is what rules can ask about, and no token. */
type AskServer = (url: string, rule: string, target: PolicyTarget, credentials: PolicyTarget) => Promise<boolean>;
