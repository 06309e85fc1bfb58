import { credentialReader } from './policy-credentials.js';
import type { PolicyExpression } from './policy-expression.js';
import type { RuleSet } from './policy-rule-set.js';

/** What is allowed in a rule, but was hardly meant: names of rules that there are not, and of what no caller has. */
export function doubtsAbout(rules: RuleSet, defaultRule: string): readonly string[] {
  return [...rules].flatMap(([name, { expression, origin }]) =>
    atomsOf(expression).flatMap((atom) => {
      const doubt = doubtAbout(atom, rules, defaultRule);
      return doubt === null ? [] : [`${origin}: rule "${name}": ${doubt}`];
    }),
  );
}

function atomsOf(expression: PolicyExpression): readonly string[] {
  switch (expression.kind) {
    case 'atom':
      return [expression.text];
    case 'not':
      return atomsOf(expression.part);
    case 'any':
    case 'all':
      return expression.parts.flatMap(atomsOf);
  }
}

const KINDS = new Set(['role', 'http', 'https', 'True', 'False', 'None']);

function doubtAbout(atom: string, rules: RuleSet, defaultRule: string): string | null {
  const [, kind = '', match = ''] = /^([A-Za-z_][\w.-]*):(.*)$/s.exec(atom) ?? [];
  if (kind === 'rule')
    return rules.has(match) ? null : `there is no rule "${match}", the rule "${defaultRule}" answers in its place`;
  const name = kind.split('.')[0] ?? '';
  if (kind === '' || KINDS.has(kind) || credentialReader(name) !== undefined) return null;
  return `a caller has no attribute "${name}", so "${atom}" never holds`;
}
