import type { PolicyExpression } from './policy-expression.js';
import { LEGACY_CHECKS, LEGACY_GUARDS } from './legacy-policy-rules.js';
import { parseRule } from './policy-parser.js';
import { DEFAULT_POLICY_RULES } from './policy-rules.js';

/** A rule, and where it comes from: `default`, or the file and line that set it. */
export type PolicyRule = Readonly<{ expression: PolicyExpression; origin: string }>;

/** All rules that apply, by name. */
export type RuleSet = ReadonlyMap<string, PolicyRule>;

/** A rule of a file. */
export type FileRule = Readonly<{ name: string; expression: PolicyExpression; file: string; line: number }>;

/**
 * The defaults, each replaced by the last file rule of its name.
 * @param newDefaultsOnly false: defaults allow in addition what they allowed before there were roles for reading and writing,
 *   and what changes an image is for its owner and administrators whatever rules say
 */
export function effectiveRules(overrides: readonly FileRule[], newDefaultsOnly = true): RuleSet {
  const rules = new Map<string, PolicyRule>();
  for (const [name, text] of Object.entries(DEFAULT_POLICY_RULES)) {
    rules.set(name, { expression: defaultExpression(name, text, newDefaultsOnly), origin: 'default' });
  }
  for (const { name, expression, file, line } of overrides) rules.set(name, { expression, origin: `${file}:${line}` });
  return newDefaultsOnly ? rules : new Map([...rules].map(([name, rule]) => [name, guarded(name, rule)]));
}

function defaultExpression(name: string, text: string, newDefaultsOnly: boolean): PolicyExpression {
  const current = parseRule(text);
  const former = newDefaultsOnly ? undefined : LEGACY_CHECKS.get(name);
  return former === undefined ? current : { kind: 'any', parts: [current, parseRule(former)] };
}

function guarded(name: string, rule: PolicyRule): PolicyRule {
  const guard = LEGACY_GUARDS.get(name);
  return guard === undefined
    ? rule
    : { ...rule, expression: { kind: 'all', parts: [rule.expression, parseRule(guard)] } };
}
