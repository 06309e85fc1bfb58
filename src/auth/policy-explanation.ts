import type { Caller } from './caller.js';
import { compileAtom } from './policy-atoms.js';
import type { CheckContext } from './policy-check.js';
import type { PolicyExpression } from './policy-expression.js';
import { textOf } from './policy-expression.js';
import type { RuleSet } from './policy-rule-set.js';
import type { PolicyTarget } from './policy.js';

/** Why a rule allows or refuses: each part with its answer; null where nobody asked because the rest had decided. */
export type PolicyExplanation = Readonly<{
  text: string;
  allowed: boolean | null;
  parts: readonly PolicyExplanation[];
}>;

type Question = Readonly<{
  rules: RuleSet;
  defaultRule: string;
  ask: CheckContext['ask'];
  rule: string;
  caller: Caller;
  target: PolicyTarget;
}>;

/** Takes a decision as the policy does, part by part. The rules have been compiled before: none leads back to itself. */
export async function explainRule(question: Question): Promise<PolicyExplanation> {
  const { rules, defaultRule, rule } = question;
  const found = rules.get(rule) ?? rules.get(defaultRule);
  return found === undefined ? { text: rule, allowed: false, parts: [] } : explain(found.expression, question);
}

async function explain(expression: PolicyExpression, question: Question): Promise<PolicyExplanation> {
  const text = textOf(expression);
  switch (expression.kind) {
    case 'atom':
      return explainAtom(text, question);
    case 'not': {
      const part = await explain(expression.part, question);
      return { text, allowed: !part.allowed, parts: [part] };
    }
    case 'any':
    case 'all':
      return { text, ...(await explainParts(expression.kind === 'any', expression.parts, question)) };
  }
}

async function explainParts(
  decisive: boolean,
  expressions: readonly PolicyExpression[],
  question: Question,
): Promise<Omit<PolicyExplanation, 'text'>> {
  const parts: PolicyExplanation[] = [];
  let allowed = !decisive;
  for (const expression of expressions) {
    if (allowed === decisive) parts.push({ text: textOf(expression), allowed: null, parts: [] });
    else {
      const part = await explain(expression, question);
      if (part.allowed === decisive) allowed = decisive;
      parts.push(part);
    }
  }
  return { allowed, parts };
}

async function explainAtom(text: string, question: Question): Promise<PolicyExplanation> {
  if (text.startsWith('rule:')) {
    const part = await explainRule({ ...question, rule: text.slice('rule:'.length) });
    return { text, allowed: part.allowed, parts: [part] };
  }
  const lookUp = (): never => {
    throw new Error(`${text} is no rule`);
  };
  const { ask, caller, target, rule } = question;
  const check = compileAtom({ kind: 'atom', text, position: 0 }, { lookUp, ask });
  return { text, allowed: await check(caller, target, rule), parts: [] };
}
