/** A rule as it is understood, before it is compiled: what is explained to operators is this. */
export type PolicyExpression =
  | Readonly<{ kind: 'any' | 'all'; parts: readonly PolicyExpression[] }>
  | Readonly<{ kind: 'not'; part: PolicyExpression }>
  | PolicyAtom;

/** One comparison, as it was written; `position` is its 0-based offset in the check string. */
export type PolicyAtom = Readonly<{ kind: 'atom'; text: string; position: number }>;

export const ALWAYS: PolicyAtom = { kind: 'atom', text: '@', position: 0 };
export const NEVER: PolicyAtom = { kind: 'atom', text: '!', position: 0 };

/** Joins expressions; one alone stays as it is. */
export const joined = (
  kind: 'any' | 'all',
  parts: readonly [PolicyExpression, ...PolicyExpression[]],
): PolicyExpression => (parts.length === 1 ? parts[0] : { kind, parts });

/** The expression as a check string, with no more parentheses than it needs. */
export function textOf(expression: PolicyExpression): string {
  switch (expression.kind) {
    case 'atom':
      return expression.text;
    case 'not':
      return `not ${enclosed(expression.part)}`;
    case 'all':
      return expression.parts.map(enclosed).join(' and ');
    case 'any':
      return expression.parts.map(enclosed).join(' or ');
  }
}

const enclosed = (part: PolicyExpression): string =>
  part.kind === 'all' || part.kind === 'any' ? `(${textOf(part)})` : textOf(part);
