import type { Check, CheckContext } from './policy-check.js';
import { credentialReader, credentialsOf } from './policy-credentials.js';
import type { PolicyAtom } from './policy-expression.js';
import { parseTemplate } from './policy-template.js';
import type { Template } from './policy-template.js';
import { PolicyRuleInvalid } from './policy.errors.js';

/**
 * One comparison: `@`, `!`, `role:x`, `rule:x`, `http://...`, or `<what the caller is>:<what the target is>`.
 * @throws PolicyRuleInvalid
 */
export function compileAtom({ text, position }: PolicyAtom, context: CheckContext): Check {
  if (text === '@') return () => true;
  if (text === '!') return () => false;
  const colon = colonOf(text);
  if (colon <= 0) throw new PolicyRuleInvalid(`expected <kind>:<match> instead of "${text}" at position ${position}`);
  const kind = text.slice(0, colon);
  const match = text.slice(colon + 1);
  if (kind === 'rule') return context.lookUp(match, position);
  if (kind === 'http' || kind === 'https') return remoteCheck(text, position, context);
  const template = parseTemplate(match, position + colon + 1);
  return kind === 'role' ? roleCheck(template) : comparison(kind, template);
}

/** The colon between the halves: the first one outside of a quoted left half. */
function colonOf(text: string): number {
  const quote = text.charAt(0);
  const from = quote === "'" || quote === '"' ? text.indexOf(quote, 1) : 0;
  return from < 0 ? -1 : text.indexOf(':', from);
}

function roleCheck(role: Template): Check {
  const { constant } = role;
  if (constant !== null) {
    const name = constant.toLowerCase();
    return ({ roles }) => roles.includes(name);
  }
  return (caller, target) => {
    const name = role.fill(target);
    return name !== null && caller.roles.includes(name.toLowerCase());
  };
}

function comparison(kind: string, match: Template): Check {
  const literal = literalOf(kind);
  if (literal !== null) return (_caller, target) => match.fill(target, NOTHING) === literal;
  const [name = '', ...path] = kind.split('.');
  const read = credentialReader(name);
  if (read === undefined) return () => false;
  return (caller, target) => {
    const expected = match.fill(target);
    return expected !== null && holds(read(caller), path, expected);
  };
}

/** How rules spell what is not there. Only a literal `None` may be compared with it: nobody is the owner of what has none. */
const NOTHING = 'None';

/** Quoted text, a number, or True, False, None. */
function literalOf(text: string): string | null {
  const quoted = /^'([^']*)'$|^"([^"]*)"$/.exec(text);
  if (quoted) return quoted[1] ?? quoted[2] ?? '';
  return /^(?:True|False|None|-?\d+(?:\.\d+)?)$/.test(text) ? text : null;
}

/** Whether a value, or one of several, at the end of the path is the expected one. */
function holds(value: unknown, path: readonly string[], expected: string): boolean {
  if (Array.isArray(value)) return value.some((item) => holds(item, path, expected));
  const [key, ...rest] = path;
  if (key === undefined) return value !== null && value !== undefined && spelt(value) === expected;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? holds((value as Record<string, unknown>)[key], rest, expected)
    : false;
}

/** As rules spell values: text as it is, booleans as True and False. */
function spelt(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'number' ? String(value) : null;
}

/** What a target holds becomes part of the URL as data: it can lead to no other place of the server. */
function remoteCheck(text: string, position: number, { ask }: CheckContext): Check {
  const template = parseTemplate(text, position);
  if (!URL.canParse(text.replace(/%\([^()]+\)s/g, 'x')))
    throw new PolicyRuleInvalid(`"${text}" at position ${position} is no URL`);
  return (caller, target, rule) => {
    const url = template.fill(target, '', encodeURIComponent);
    return url !== null && ask(url, rule, target, credentialsOf(caller));
  };
}
