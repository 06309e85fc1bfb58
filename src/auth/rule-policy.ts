import type { Caller } from './caller.js';
import type { Check, RuleLookup } from './policy-check.js';
import { compileCheck } from './policy-language.js';
import { PolicyRuleInvalid } from './policy.errors.js';
import { DEFAULT_POLICY_RULES, type PolicyRules, type RuleName } from './policy-rules.js';
import type { Answer, Policy, PolicyTarget } from './policy.js';

/** Policy by check strings, which are compiled once. All rules are about projects: a system-scoped caller fails each. */
export class RulePolicy implements Policy {
  private readonly checks: ReadonlyMap<string, Check>;

  /** @throws PolicyRuleInvalid when a rule cannot be read, or names a rule that does not exist or leads back to it */
  constructor(rules: PolicyRules = DEFAULT_POLICY_RULES) {
    this.checks = compileRules(new Map(Object.entries(rules)));
  }

  allows(rule: RuleName, caller: Caller, target: PolicyTarget): Answer {
    if (caller.systemScope !== null) return false;
    return this.checks.get(rule)?.(caller, target) ?? false;
  }
}

function compileRules(rules: ReadonlyMap<string, string>): ReadonlyMap<string, Check> {
  const compiled = new Map<string, Check>();
  const compile = (name: string, path: readonly string[]): Check => {
    const known = compiled.get(name);
    if (known !== undefined) return known;
    const check = compileRule(name, rules.get(name) ?? '', (referred, position) => {
      if (!rules.has(referred)) throw new PolicyRuleInvalid(`there is no rule "${referred}", at position ${position}`);
      if (referred === name || path.includes(referred)) {
        throw new PolicyRuleInvalid(`rule "${referred}" leads back to itself, at position ${position}`);
      }
      return compile(referred, [...path, name]);
    });
    compiled.set(name, check);
    return check;
  };
  for (const name of rules.keys()) compile(name, []);
  return compiled;
}

function compileRule(name: string, text: string, lookUp: RuleLookup): Check {
  try {
    return compileCheck(text, lookUp);
  } catch (error) {
    if (!(error instanceof PolicyRuleInvalid) || 'rule' in error.details) throw error;
    throw new PolicyRuleInvalid(`Policy rule "${name}": ${error.message}`, { rule: name }, { cause: error });
  }
}
