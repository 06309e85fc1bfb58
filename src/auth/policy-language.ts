import type { Check, CheckContext } from './policy-check.js';
import type { PolicyExpression } from './policy-expression.js';
import { compileAtom } from './policy-atoms.js';
import type { Answer } from './policy.js';

/**
 * Makes a check of an expression. It answers at once unless a part that matters has to ask a server: only then there is a
 * promise.
 * @throws PolicyRuleInvalid naming the position of what cannot be understood
 */
export function compileExpression(expression: PolicyExpression, context: CheckContext): Check {
  switch (expression.kind) {
    case 'atom':
      return compileAtom(expression, context);
    case 'not':
      return negated(compileExpression(expression.part, context));
    case 'any':
      return decidedBy(
        true,
        expression.parts.map((part) => compileExpression(part, context)),
      );
    case 'all':
      return decidedBy(
        false,
        expression.parts.map((part) => compileExpression(part, context)),
      );
  }
}

const negated =
  (check: Check): Check =>
  (caller, target, rule) => {
    const answer = check(caller, target, rule);
    return typeof answer === 'boolean' ? !answer : answer.then((allowed) => !allowed);
  };

/** The first check that gives `decisive` decides; without any it is the opposite. */
function decidedBy(decisive: boolean, checks: readonly Check[]): Check {
  return (caller, target, rule) => {
    const from = (start: number): Answer => {
      for (let index = start; index < checks.length; index += 1) {
        const answer = checks[index]?.(caller, target, rule) ?? false;
        if (answer === decisive) return decisive;
        if (typeof answer !== 'boolean')
          return answer.then((allowed) => (allowed === decisive ? decisive : from(index + 1)));
      }
      return !decisive;
    };
    return from(0);
  };
}
