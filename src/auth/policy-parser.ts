import { ALWAYS, joined, NEVER } from './policy-expression.js';
import type { PolicyExpression } from './policy-expression.js';
import { PolicyRuleInvalid } from './policy.errors.js';
import { tokensOf, type PolicyToken } from './policy-tokens.js';

/** What a policy file may hold for a rule: a check string, or lists of such in the older form. */
export type WrittenRule = string | readonly (string | readonly string[])[];

/** Longest rule and deepest nesting: beyond what anybody writes, and within what can be evaluated. */
const MAX_RULE_LENGTH = 65_536;
const MAX_DEPTH = 100;

/**
 * Understands a rule: `role:admin or (role:member and project_id:%(project_id)s)`. `not` binds tighter than `and`, `and`
 * tighter than `or`; an empty string allows, `@` allows, `!` refuses. Of the older form `[["a", "b"], "c"]` each inner list
 * must hold as a whole, and one of them is enough; an empty outer list allows.
 * @throws PolicyRuleInvalid naming the position of what cannot be understood
 */
export function parseRule(rule: WrittenRule): PolicyExpression {
  return typeof rule === 'string' ? parseText(rule) : parseLists(rule);
}

function parseText(text: string): PolicyExpression {
  if (text.length > MAX_RULE_LENGTH) throw new PolicyRuleInvalid(`longer than ${MAX_RULE_LENGTH} characters`);
  const tokens = tokensOf(text);
  return tokens.length === 0 ? ALWAYS : new ExpressionParser(text, tokens).parse();
}

function parseLists(lists: Exclude<WrittenRule, string>): PolicyExpression {
  if (lists.length === 0) return ALWAYS;
  const [first, ...others] = lists.map((inner) => (typeof inner === 'string' ? [inner] : inner)).flatMap(parseInner);
  return first === undefined ? NEVER : joined('any', [first, ...others]);
}

function parseInner(texts: readonly string[]): readonly PolicyExpression[] {
  const [first, ...others] = texts.map((text): PolicyExpression => ({ kind: 'atom', text, position: 0 }));
  return first === undefined ? [] : [joined('all', [first, ...others])];
}

class ExpressionParser {
  private next = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly tokens: readonly PolicyToken[],
  ) {}

  parse(): PolicyExpression {
    const expression = this.alternatives();
    const rest = this.tokens[this.next];
    if (rest !== undefined) this.fail(rest);
    return expression;
  }

  private alternatives(): PolicyExpression {
    const first = this.conjunction();
    const others: PolicyExpression[] = [];
    while (this.takes('or')) others.push(this.conjunction());
    return joined('any', [first, ...others]);
  }

  private conjunction(): PolicyExpression {
    const first = this.negation();
    const others: PolicyExpression[] = [];
    while (this.takes('and')) others.push(this.negation());
    return joined('all', [first, ...others]);
  }

  private negation(): PolicyExpression {
    if (!this.takes('not')) return this.operand();
    return { kind: 'not', part: this.deeper(() => this.negation()) };
  }

  private operand(): PolicyExpression {
    if (this.takes('(')) {
      const expression = this.deeper(() => this.alternatives());
      if (!this.takes(')')) this.fail(this.tokens[this.next]);
      return expression;
    }
    const token = this.tokens[this.next];
    if (token?.kind !== 'atom') return this.fail(token);
    this.next += 1;
    return { kind: 'atom', text: token.text, position: token.position };
  }

  private deeper(parse: () => PolicyExpression): PolicyExpression {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new PolicyRuleInvalid(`nested deeper than ${MAX_DEPTH} levels`);
    const expression = parse();
    this.depth -= 1;
    return expression;
  }

  private takes(kind: PolicyToken['kind']): boolean {
    if (this.tokens[this.next]?.kind !== kind) return false;
    this.next += 1;
    return true;
  }

  private fail(token: PolicyToken | undefined): never {
    if (token !== undefined) throw new PolicyRuleInvalid(`unexpected "${token.text}" at position ${token.position}`);
    throw new PolicyRuleInvalid(`unexpected end at position ${this.text.length}`);
  }
}
