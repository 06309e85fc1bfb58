import { AnonymousAuthenticator } from '../../../src/auth/anonymous-authenticator.js';
import { PolicyAuthenticator } from '../../../src/auth/authenticator.js';
import { NOBODY } from '../../../src/auth/caller.js';
import { FakeIdentity } from '../../../src/auth/headers/fake-identity.js';
import { parseRule } from '../../../src/auth/policy-parser.js';
import { effectiveRules } from '../../../src/auth/policy-rule-set.js';
import { RulePolicy } from '../../../src/auth/rule-policy.js';
import type { RulePolicySettings } from '../../../src/auth/rule-policy.js';

const policyWith = (
  rules: Readonly<Record<string, string>>,
  settings: Partial<RulePolicySettings> = {},
): RulePolicy => {
  const overrides = Object.entries(rules).map(([name, rule]) => {
    return { name, expression: parseRule(rule), file: 'policy.yaml', line: 1 };
  });
  return new RulePolicy(effectiveRules(overrides), settings);
};
const SYSTEM = { 'openstack-system-scope': 'all' };

describe('who is an administrator', () => {
  const isAdmin = async (policy: RulePolicy, token: string, headers: Record<string, string> = {}) => {
    const authenticator = new PolicyAuthenticator(new FakeIdentity(), policy);
    return (await authenticator.authenticate({ 'x-auth-token': token, ...headers }))?.isAdmin;
  };

  it.each([
    ['U:P:admin', true],
    ['U:P:Admin,member', true],
    ['U:none:admin', true],
    ['U:P:member,reader,administrator', false],
    ['U:P:', false],
  ])('is by default who has the role admin, in whatever project: %s', async (token, expected) =>
    expect(await isAdmin(policyWith({}), token)).toBe(expected),
  );

  it.each([
    ['role:operator', 'U:P:operator', true],
    ['role:operator', 'U:P:admin', false],
    ['role:admin and project_id:ops', 'U:ops:admin', true],
    ['role:admin and project_id:ops', 'U:P:admin', false],
    ['user_id:root', 'root:P:member', true],
    ['rule:ours', 'U:P:boss', true],
    ['project_id:%(project_id)s and user_id:%(user_id)s', 'U:P:reader', true],
    ['is_admin:True', 'U:P:admin', false],
    ['!', 'U:P:admin', false],
    ['@', 'U:P:reader', true],
  ])('is whom the rule of the operator takes for one: "%s" for %s', async (rule, token, expected) => {
    const policy = policyWith({ context_is_admin: rule, ours: 'role:boss' });

    expect(await isAdmin(policy, token)).toBe(expected);
  });

  it('is nobody in the scope of the system, unless scopes do not matter', async () => {
    expect(await isAdmin(policyWith({}), 'U:none:admin', SYSTEM)).toBe(false);
    expect(await isAdmin(policyWith({}, { enforceScope: false }), 'U:none:admin', SYSTEM)).toBe(true);
  });

  it('may be asked of another server', async () => {
    const asked: unknown[] = [];
    const ask: RulePolicySettings['ask'] = (_url, rule, target, credentials) => {
      asked.push({ rule, target, credentials });
      return Promise.resolve(true);
    };

    expect(await isAdmin(policyWith({ context_is_admin: 'http://policy.example/' }, { ask }), 'U:P:member')).toBe(true);
    const known = expect.objectContaining({ user_id: 'U', project_id: 'P', roles: ['member'], is_admin: false });
    expect(asked).toEqual([{ rule: 'context_is_admin', target: known, credentials: known }]);
  });

  it('decides what the rules allow to administrators', async () => {
    const policy = policyWith({ context_is_admin: 'role:operator' });
    const authenticator = new PolicyAuthenticator(new FakeIdentity(), policy);
    const [operator, admin] = await Promise.all(
      ['U:P:operator', 'U:P:admin'].map((token) => authenticator.authenticate({ 'x-auth-token': token })),
    );

    for (const rule of ['publicize_image', 'delete_image', 'tasks_api_access', 'cache_list', 'add_metadef_namespace']) {
      expect([rule, policy.allows(rule, operator!, { project_id: 'P2' })]).toEqual([rule, true]);
      expect([rule, policy.allows(rule, admin!, { project_id: 'P2' })]).toEqual([rule, false]);
    }
  });
});

describe('somebody without a valid token', () => {
  const known = new PolicyAuthenticator(new FakeIdentity(), policyWith({ context_is_admin: '@' }));

  it('is let in as nobody where that is allowed, whoever is an administrator', async () => {
    expect(await known.authenticate({})).toBeNull();
    expect(await new AnonymousAuthenticator(known).authenticate({ 'x-auth-token': 'nonsense' })).toBe(NOBODY);
  });
});
