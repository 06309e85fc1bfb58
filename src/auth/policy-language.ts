import type { Check, RuleLookup } from './policy-check.js';
import { PolicyRuleInvalid } from './policy.errors.js';
import { tokensOf, type PolicyToken } from './policy-tokens.js';
import { parseAtom } from './policy-atoms.js';

const always: Check = () => true;

/**
 * Compiles a check string: `role:admin or (role:member and project_id:%(project_id)s)`.
 * `not` binds tighter than `and`, `and` tighter than `or`; an empty string allows, `@` allows, `!` refuses.
 * @throws PolicyRuleInvalid naming the position of what cannot be understood
 */
export function compileCheck(text: string, lookUp: RuleLookup): Check {
  const tokens = tokensOf(text);
  return tokens.length === 0 ? always : new CheckParser(text, tokens, lookUp).parse();
}

class CheckParser {
  private next = 0;

  constructor(
    private readonly text: string,
    private readonly tokens: readonly PolicyToken[],
    private readonly lookUp: RuleLookup,
  ) {}

  parse(): Check {
    const check = this.alternatives();
    const rest = this.tokens[this.next];
    if (rest !== undefined) this.fail(rest);
    return check;
  }

  private alternatives(): Check {
    let check = this.conjunction();
    while (this.takes('or')) check = either(check, this.conjunction());
    return check;
  }

  private conjunction(): Check {
    let check = this.negation();
    while (this.takes('and')) check = both(check, this.negation());
    return check;
  }

  private negation(): Check {
    if (!this.takes('not')) return this.operand();
    return negated(this.negation());
  }

  private operand(): Check {
    if (this.takes('(')) {
      const check = this.alternatives();
      if (!this.takes(')')) this.fail(this.tokens[this.next]);
      return check;
    }
    const token = this.tokens[this.next];
    if (token?.kind !== 'atom') return this.fail(token);
    this.next += 1;
    return parseAtom(token, this.lookUp);
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

// Each answers at once unless a part cannot; only then there is a promise.

const negated = (check: Check): Check => {
  return (caller, target) => {
    const answer = check(caller, target);
    return typeof answer === 'boolean' ? !answer : answer.then((allowed) => !allowed);
  };
};

const either = (left: Check, right: Check): Check => {
  return (caller, target) => {
    const answer = left(caller, target);
    if (typeof answer === 'boolean') return answer || right(caller, target);
    return answer.then((allowed) => allowed || right(caller, target));
  };
};

const both = (left: Check, right: Check): Check => {
  return (caller, target) => {
    const answer = left(caller, target);
    if (typeof answer === 'boolean') return answer && right(caller, target);
    return answer.then((allowed) => allowed && right(caller, target));
  };
};
