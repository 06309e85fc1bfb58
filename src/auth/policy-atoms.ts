import type { Caller } from './caller.js';
import type { Check, RuleLookup } from './policy-check.js';
import type { PolicyTarget } from './policy.js';
import type { PolicyToken } from './policy-tokens.js';
import { PolicyRuleInvalid } from './policy.errors.js';

type Value = (caller: Caller, target: PolicyTarget) => string | null;

/** One comparison: `@`, `!`, `role:x`, `rule:x`, or `<what the caller is>:<what the target is>`. */
export function parseAtom(token: PolicyToken, lookUp: RuleLookup): Check {
  if (token.text === '@') return () => true;
  if (token.text === '!') return () => false;
  const colon = colonOf(token.text);
  if (colon <= 0)
    throw new PolicyRuleInvalid(`expected <kind>:<match> instead of "${token.text}" at position ${token.position}`);
  const kind = token.text.slice(0, colon);
  const match = token.text.slice(colon + 1);
  if (kind === 'rule') return lookUp(match, token.position);
  if (kind === 'http' || kind === 'https')
    throw new PolicyRuleInvalid(`remote checks are not supported, at position ${token.position}`);
  const right = matchValue(match, token.position + colon + 1);
  return kind === 'role' ? roleCheck(right) : attributeCheck(kind, right, token.position);
}

/** The colon between the halves: the first one outside of a quoted left half. */
function colonOf(text: string): number {
  const quote = text.charAt(0);
  const from = quote === "'" || quote === '"' ? text.indexOf(quote, 1) : 0;
  return text.indexOf(':', from);
}

/** `%(name)s` stands for the target's attribute, anything else for itself. */
function matchValue(match: string, position: number): Value {
  const attribute = /^%\(([^()]+)\)s$/.exec(match)?.[1];
  if (attribute !== undefined) return (_caller, target) => comparable(target[attribute]);
  if (match.includes('%(')) throw new PolicyRuleInvalid(`cannot understand "${match}" at position ${position}`);
  const literal = literalOf(match) ?? match;
  return () => literal;
}

function roleCheck(role: Value): Check {
  return (caller, target) => {
    const name = role(caller, target);
    return name !== null && caller.roles.includes(name.toLowerCase());
  };
}

function attributeCheck(kind: string, right: Value, position: number): Check {
  const literal = literalOf(kind);
  if (literal !== null) return (caller, target) => right(caller, target) === literal;
  const read = CALLER_ATTRIBUTES.get(kind);
  if (read === undefined) throw new PolicyRuleInvalid(`a caller has no attribute "${kind}", at position ${position}`);
  return (caller, target) => {
    const expected = right(caller, target);
    return expected !== null && read(caller).includes(expected);
  };
}

/** Quoted text, a number, or True, False, None. */
function literalOf(text: string): string | null {
  const quoted = /^'([^']*)'$|^"([^"]*)"$/.exec(text);
  if (quoted) return quoted[1] ?? quoted[2] ?? '';
  return /^(?:True|False|None|-?\d+)$/.test(text) ? text : null;
}

const present = (value: string | null): readonly string[] => (value === null ? [] : [value]);

/** What rules may ask about the caller. An attribute that the caller lacks equals nothing, not even another lacking one. */
const CALLER_ATTRIBUTES: ReadonlyMap<string, (caller: Caller) => readonly string[]> = new Map(
  Object.entries({
    user_id: (caller: Caller) => present(caller.userId),
    user: (caller: Caller) => present(caller.userId),
    project_id: (caller: Caller) => present(caller.projectId),
    tenant: (caller: Caller) => present(caller.projectId),
    roles: (caller: Caller) => caller.roles,
    service_roles: (caller: Caller) => caller.serviceRoles,
    system_scope: (caller: Caller) => present(caller.systemScope),
    is_admin: (caller: Caller) => [caller.isAdmin ? 'True' : 'False'],
  }),
);

/** Targets are compared as the rules spell values: text as it is, booleans as True and False. */
function comparable(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'number' ? String(value) : null;
}
