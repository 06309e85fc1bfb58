import type { Caller } from './caller.js';
import type { Check, CheckContext } from './policy-check.js';
import { compileExpression } from './policy-language.js';
import { PolicyFilesInvalid, PolicyRuleInvalid } from './policy.errors.js';
import { effectiveRules } from './policy-rule-set.js';
import type { RuleSet } from './policy-rule-set.js';
import type { Answer, Policy, PolicyTarget } from './policy.js';

export type RulePolicySettings = Readonly<{
  /** Name of the rule that answers for rules that there are not. */
  defaultRule: string;
  /** All rules are about projects: a system-scoped caller fails each. */
  enforceScope: boolean;
  ask: CheckContext['ask'];
}>;

const SETTINGS: RulePolicySettings = {
  defaultRule: 'default',
  enforceScope: true,
  ask: () => Promise.reject(new Error('no server can be asked here')),
};

/** Policy by rules, which are compiled once. */
export class RulePolicy implements Policy {
  private readonly checks: ReadonlyMap<string, Check>;
  private readonly fallback: Check;
  private readonly enforceScope: boolean;

  /** @throws PolicyFilesInvalid when a rule cannot be compiled or leads back to itself */
  constructor(rules: RuleSet = effectiveRules([]), settings: Partial<RulePolicySettings> = {}) {
    const { defaultRule, enforceScope, ask } = { ...SETTINGS, ...settings };
    this.checks = new RuleCompiler(rules, defaultRule, ask).compileAll();
    this.fallback = this.checks.get(defaultRule) ?? never;
    this.enforceScope = enforceScope;
  }

  allows(rule: string, caller: Caller, target: PolicyTarget): Answer {
    if (this.enforceScope && caller.systemScope !== null) return false;
    return (this.checks.get(rule) ?? this.fallback)(caller, target, rule);
  }
}

const never: Check = () => false;

/** Longest way from a rule through those that it names: what follows it must not exhaust the stack. */
const MAX_CHAIN = 100;

class RuleCompiler {
  private readonly compiled = new Map<string, Check>();
  /** How long the way from each rule is. */
  private readonly chains = new Map<string, number>();
  private readonly problems: string[] = [];

  constructor(
    private readonly rules: RuleSet,
    private readonly defaultRule: string,
    private readonly ask: CheckContext['ask'],
  ) {}

  compileAll(): ReadonlyMap<string, Check> {
    for (const name of this.rules.keys()) this.compile(name, []);
    if (this.problems.length > 0) throw new PolicyFilesInvalid(this.problems);
    return this.compiled;
  }

  /** @param path rules that have led here */
  private compile(name: string, path: readonly string[]): Check {
    const known = this.compiled.get(name);
    const rule = this.rules.get(name);
    if (known !== undefined || rule === undefined) return known ?? never;
    let chain = 0;
    const lookUp = (referred: string, position: number): Check => {
      const found = this.rules.has(referred) ? referred : this.defaultRule;
      if (found === name || path.includes(found))
        throw new PolicyRuleInvalid(`"rule:${referred}" leads back to itself, at position ${position}`);
      const check = path.length < MAX_CHAIN ? this.compile(found, [...path, name]) : never;
      chain = Math.max(chain, path.length < MAX_CHAIN ? 1 + (this.chains.get(found) ?? 0) : MAX_CHAIN);
      if (chain >= MAX_CHAIN) throw new PolicyRuleInvalid(`it leads through ${MAX_CHAIN} rules and more`);
      return check;
    };
    const check = this.attempt(name, rule.origin, () => compileExpression(rule.expression, { lookUp, ask: this.ask }));
    this.compiled.set(name, check);
    this.chains.set(name, chain);
    return check;
  }

  private attempt(name: string, origin: string, compile: () => Check): Check {
    try {
      return compile();
    } catch (error) {
      if (!(error instanceof PolicyRuleInvalid)) throw error;
      this.problems.push(`${origin}: rule "${name}": ${error.message}`);
      return never;
    }
  }
}
