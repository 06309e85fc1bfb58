import type { Caller } from '../../../src/auth/caller.js';
import type { Check } from '../../../src/auth/policy-check.js';
import { compileExpression } from '../../../src/auth/policy-language.js';
import { parseRule } from '../../../src/auth/policy-parser.js';
import type { WrittenRule } from '../../../src/auth/policy-parser.js';
import { PolicyRuleInvalid } from '../../../src/auth/policy.errors.js';
import type { Answer, PolicyTarget } from '../../../src/auth/policy.js';
import { caller, member } from './callers.js';

const noRules = (): never => {
  throw new Error('no rule was expected to be looked up');
};
const compile = (rule: WrittenRule, lookUp: (name: string) => Check = noRules): Check =>
  compileExpression(parseRule(rule), { lookUp, ask: () => Promise.resolve(true) });
const allows = (rule: WrittenRule, who: Caller = member, target: PolicyTarget = {}): Answer =>
  compile(rule)(who, target, 'tested');

describe('the policy language', () => {
  it.each([
    ['', true],
    ['  ', true],
    ['@', true],
    ['!', false],
    ['not !', true],
    ['not not @', true],
    ['@ and !', false],
    ['@ or !', true],
    ['@ AND NOT !', true],
  ])('answers "%s" with %s', (text, expected) => expect(allows(text)).toBe(expected));

  it.each([
    ['@ or ! and !', true],
    ['(@ or !) and !', false],
    ['! and ! or @', true],
    ['not ! and !', false],
    ['not (! and !)', true],
    ['not ! or @', true],
    ['((@))', true],
  ])('binds not before and before or: "%s" is %s', (text, expected) => expect(allows(text)).toBe(expected));

  it('compares roles without regard to case', () => {
    expect(allows('role:Member')).toBe(true);
    expect(allows('role:admin')).toBe(false);
  });

  it('takes a role from the target', () => {
    expect(allows('role:%(needed)s', member, { needed: 'reader' })).toBe(true);
    expect(allows('role:%(needed)s')).toBe(false);
  });

  it('compares the caller with the target', () => {
    expect(allows('project_id:%(project_id)s', member, { project_id: 'P1' })).toBe(true);
    expect(allows('project_id:%(project_id)s', member, { project_id: 'P2' })).toBe(false);
    expect(allows('user_id:U1')).toBe(true);
    expect(allows('service_roles:service', caller([], { serviceRoles: ['service'] }))).toBe(true);
    expect(allows('is_admin:True', caller(['admin']))).toBe(true);
    expect(allows('is_admin:True')).toBe(false);
    expect(allows('system_scope:all', caller([], { systemScope: 'all' }))).toBe(true);
  });

  it('never takes two lacking attributes for equal', () => {
    const projectless = caller(['member'], { projectId: null });

    expect(allows('project_id:%(project_id)s', projectless, { project_id: null })).toBe(false);
    expect(allows('project_id:%(project_id)s', projectless, {})).toBe(false);
  });

  it('compares literals with the target', () => {
    expect(allows("'public':%(visibility)s", member, { visibility: 'public' })).toBe(true);
    expect(allows('"public":%(visibility)s', member, { visibility: 'private' })).toBe(false);
    expect(allows("'a b) or @':%(name)s", member, { name: 'a b) or @' })).toBe(true);
    expect(allows("'a:b':%(name)s", member, { name: 'a:b' })).toBe(true);
    expect(allows('True:%(protected)s', member, { protected: true })).toBe(true);
    expect(allows('42:%(size)s', member, { size: 42 })).toBe(true);
  });

  it('compares what a value consists of with a text around it', () => {
    expect(allows('user_id:%(prefix)s-%(number)s', caller([], { userId: 'u-7' }), { prefix: 'u', number: 7 })).toBe(
      true,
    );
    expect(allows('user_id:100%%', caller([], { userId: '100%' }))).toBe(true);
    expect(allows('user_id:%(prefix)s-x', caller([], { userId: 'null-x' }), { prefix: null })).toBe(false);
  });

  it('knows what has no value only where a rule says so', () => {
    expect(allows('None:%(owner)s', member, { owner: null })).toBe(true);
    expect(allows('None:%(owner)s', member, { owner: 'P1' })).toBe(false);
    expect(allows('None:%(owner)s', member, {})).toBe(false);
  });

  it('never holds for what callers do not have, nor for what objects inherit', () => {
    for (const rule of ['color:blue', 'constructor:x', 'user_id.length:2', 'user_id:%(constructor)s'])
      expect([rule, allows(rule)]).toEqual([rule, false]);
  });

  it('understands the older form of lists', () => {
    expect(allows([])).toBe(true);
    expect(allows([[]])).toBe(false);
    expect(allows([['role:admin'], ['role:member', 'project_id:P1']])).toBe(true);
    expect(allows([['role:member', 'project_id:P2'], 'role:reader'])).toBe(true);
    expect(allows([['role:member', '!']])).toBe(false);
    expect(() => compile(['role:a and role:b', 'nonsense'])).toThrow('instead of "nonsense"');
  });

  it('keeps parentheses next to substitutions apart', () => {
    expect(allows('(role:member and (project_id:%(project_id)s))', member, { project_id: 'P1' })).toBe(true);
  });

  it('asks for other rules by name', () => {
    const asked: string[] = [];
    const check = compile('rule:a or rule:b', (name) => {
      asked.push(name);
      return () => name === 'b';
    });

    expect(asked).toEqual(['a', 'b']);
    expect(check(member, {}, 'tested')).toBe(true);
  });

  it.each([
    ['role:admin or', 'unexpected end at position 13'],
    ['role:admin role:member', 'unexpected "role:member" at position 11'],
    ['(role:admin', 'unexpected end at position 11'],
    ['role:admin)', 'unexpected ")" at position 10'],
    ['and @', 'unexpected "and" at position 0'],
    ['@ or ()', 'unexpected ")" at position 6'],
    ['nonsense', 'expected <kind>:<match> instead of "nonsense" at position 0'],
    ['@ or :x', 'expected <kind>:<match> instead of ":x" at position 5'],
    ["'open", 'unterminated quote at position 0'],
    ["'a", 'unterminated quote at position 0'],
    ['role:%(a)d', `cannot understand "%(a)d" at position 5`],
    ['role:100%', 'cannot understand "100%" at position 5'],
    ['@ or http://[/', '"http://[/" at position 5 is no URL'],
    ['('.repeat(200), 'nested deeper than 100 levels'],
    ['not '.repeat(200), 'nested deeper than 100 levels'],
    ['x'.repeat(70_000), 'longer than 65536 characters'],
  ])('says where "%s" is wrong', (text, message) => {
    expect(() => compile(text)).toThrow(PolicyRuleInvalid);
    expect(() => compile(text)).toThrow(message);
  });
});
