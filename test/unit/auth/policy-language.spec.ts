import type { Caller } from '../../../src/auth/caller.js';
import { compileCheck } from '../../../src/auth/policy-language.js';
import { PolicyRuleInvalid } from '../../../src/auth/policy.errors.js';
import type { Answer, PolicyTarget } from '../../../src/auth/policy.js';
import { caller, member } from './callers.js';

const noRules = (): never => {
  throw new Error('no rule was expected to be looked up');
};
const allows = (text: string, who: Caller = member, target: PolicyTarget = {}): Answer =>
  compileCheck(text, noRules)(who, target);

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

  it('keeps parentheses next to substitutions apart', () => {
    expect(allows('(role:member and (project_id:%(project_id)s))', member, { project_id: 'P1' })).toBe(true);
  });

  it('asks for other rules by name', () => {
    const asked: string[] = [];
    const check = compileCheck('rule:a or rule:b', (name) => {
      asked.push(name);
      return () => name === 'b';
    });

    expect(asked).toEqual(['a', 'b']);
    expect(check(member, {})).toBe(true);
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
    ['color:blue', 'a caller has no attribute "color", at position 0'],
    ['constructor:x', 'a caller has no attribute "constructor", at position 0'],
    ['role:%(a)sx', 'cannot understand "%(a)sx" at position 5'],
    ['@ or http://policy.example/%(x)s', 'remote checks are not supported, at position 5'],
  ])('says where "%s" is wrong', (text, message) => {
    const compile = () => compileCheck(text, noRules);

    expect(compile).toThrow(PolicyRuleInvalid);
    expect(compile).toThrow(message);
  });
});
