import { PolicyFilesInvalid } from '../../../src/auth/policy.errors.js';
import { parseRule } from '../../../src/auth/policy-parser.js';
import { effectiveRules } from '../../../src/auth/policy-rule-set.js';
import { DEFAULT_POLICY_RULES } from '../../../src/auth/policy-rules.js';
import type { RuleName } from '../../../src/auth/policy-rules.js';
import { RulePolicy } from '../../../src/auth/rule-policy.js';
import { admin, caller, member, reader } from './callers.js';

const policy = new RulePolicy();
const own = { project_id: 'P1', owner: 'P1', visibility: 'private', member_id: null };
const foreign = { project_id: 'P2', owner: 'P2', visibility: 'public', member_id: null };
const sharedWithCaller = { project_id: 'P2', owner: 'P2', visibility: 'shared', member_id: 'P1' };
const service = caller(['service']);
const adminOnly = {
  ...{ publicize_image: true, copy_image: true, delete_image_location: true, tasks_api_access: true },
  ...{ cache_image: true, cache_list: true, cache_delete: true, cache_clean: true, cache_prune: true },
  ...{ list_cached_nodes: true, manage_image_cache: true, context_is_admin: true },
} satisfies Partial<Record<RuleName, true>>;
const metadefRules = (Object.keys(DEFAULT_POLICY_RULES) as RuleName[]).filter((rule) => rule.includes('metadef_'));

describe('the default policy rules', () => {
  it.each(Object.keys(DEFAULT_POLICY_RULES) as RuleName[])('let a system-scoped admin not %s', (rule) => {
    expect(policy.allows(rule, caller(['admin', 'member', 'reader'], { systemScope: 'all' }), own)).toBe(false);
  });

  it.each(Object.keys(DEFAULT_POLICY_RULES) as RuleName[])('let an admin %s', (rule) => {
    expect(policy.allows(rule, admin, foreign)).toBe(true);
  });

  it.each(Object.keys(adminOnly) as RuleName[])('let only an admin %s', (rule) => {
    for (const who of [member, reader, service]) expect(policy.allows(rule, who, own)).toBe(false);
  });

  it.each([
    'delete_image',
    'modify_image',
    'communitize_image',
    'upload_image',
    'deactivate',
    'reactivate',
    'set_image_location',
    'add_image_location',
    'add_member',
    'delete_member',
    'add_image',
  ] as const)('let a member %s in its own project only, and a reader nowhere', (rule) => {
    expect(policy.allows(rule, member, own)).toBe(true);
    expect(policy.allows(rule, member, foreign)).toBe(false);
    expect(policy.allows(rule, member, sharedWithCaller)).toBe(false);
    expect(policy.allows(rule, reader, own)).toBe(false);
  });

  it('let readers know what happened to images of their own project only', () => {
    for (const who of [member, reader]) {
      expect(policy.allows('get_events', who, own)).toBe(true);
      expect(policy.allows('get_events', who, foreign)).toBe(false);
      expect(policy.allows('get_events', who, sharedWithCaller)).toBe(false);
    }
  });

  it('let no member create an image for another project', () => {
    expect(policy.allows('add_image', member, { project_id: 'P1', owner: 'P2' })).toBe(false);
  });

  it.each(['private', 'shared', 'community', 'public'])('let a reader get its own %s image', (visibility) => {
    expect(policy.allows('get_image', reader, { ...own, visibility })).toBe(true);
  });

  it.each([
    ['private', false],
    ['shared', true],
    ['community', true],
    ['public', true],
  ])('answer get_image of a foreign %s image with %s', (visibility, expected) => {
    expect(policy.allows('get_image', reader, { ...foreign, visibility })).toBe(expected);
    expect(policy.allows('download_image', member, { ...foreign, visibility })).toBe(expected);
  });

  it('let a reader show but not download', () => {
    expect(policy.allows('download_image', reader, own)).toBe(false);
    expect(policy.allows('download_from_store', reader, own)).toBe(false);
  });

  it('let only readers with a project list: a lone member role does not imply reading', () => {
    expect(policy.allows('get_images', reader, { project_id: 'P1' })).toBe(true);
    expect(policy.allows('get_images', caller(['member']), { project_id: 'P1' })).toBe(false);
    expect(policy.allows('get_images', caller(['reader'], { projectId: null }), { project_id: null })).toBe(false);
  });

  it('let the project that an image is shared with answer, and never the owner', () => {
    expect(policy.allows('modify_member', member, sharedWithCaller)).toBe(true);
    expect(policy.allows('modify_member', member, own)).toBe(false);
    expect(policy.allows('modify_member', reader, sharedWithCaller)).toBe(false);
  });

  it.each(['get_member', 'get_members'] as const)('let those concerned %s', (rule) => {
    expect(policy.allows(rule, reader, own)).toBe(true);
    expect(policy.allows(rule, reader, sharedWithCaller)).toBe(true);
    expect(policy.allows(rule, reader, foreign)).toBe(false);
  });

  it('let readers read definitions of their project and public ones, and administrators alone write them', () => {
    for (const rule of metadefRules.filter((name) => name !== 'metadef_default')) {
      const reads = /^(get|list)_/.test(rule);
      expect([rule, policy.allows(rule, reader, own)]).toEqual([rule, reads]);
      expect([rule, policy.allows(rule, reader, foreign)]).toEqual([rule, reads && rule !== 'get_metadef_namespaces']);
      expect([rule, policy.allows(rule, reader, { ...foreign, visibility: 'private' })]).toEqual([rule, false]);
      expect([rule, policy.allows(rule, caller(['member']), own)]).toEqual([rule, false]);
    }
  });

  it('let services handle locations', () => {
    expect(policy.allows('add_image_location', service, foreign)).toBe(true);
    expect(policy.allows('fetch_image_location', service, foreign)).toBe(true);
    expect(policy.allows('fetch_image_location', member, own)).toBe(false);
    expect(policy.allows('fetch_image_location', caller([], { serviceRoles: ['service'] }), own)).toBe(false);
    expect(policy.allows('stores_info_detail', service, {})).toBe(true);
  });
});

describe('a policy of rules', () => {
  const rules = (overrides: Readonly<Record<string, string>>) =>
    effectiveRules(
      Object.entries(overrides).map(([name, text], index) => {
        return { name, expression: parseRule(text), file: 'policy.yaml', line: index + 1 };
      }),
    );

  it('says where each rule is that it cannot compile', () => {
    const build = () => new RulePolicy(rules({ add_image: 'nonsense', get_image: 'role:%x' }));

    expect(build).toThrow(PolicyFilesInvalid);
    expect(build).toThrow(
      'policy.yaml:1: rule "add_image": expected <kind>:<match> instead of "nonsense" at position 0',
    );
    expect(build).toThrow('policy.yaml:2: rule "get_image": cannot understand "%x" at position 5');
  });

  it('refuses rules that lead back to themselves, also by the default rule', () => {
    for (const overrides of [
      { get_task: 'rule:add_task', add_task: '! or rule:get_task' },
      { default: 'rule:nope' },
    ] as readonly Readonly<Record<string, string>>[]) {
      expect(() => new RulePolicy(rules(overrides))).toThrow('leads back to itself');
    }
  });

  it('lets the default rule answer for rules that there are not', () => {
    const open = new RulePolicy(rules({ custom: 'rule:nope' }));
    const closed = new RulePolicy(rules({ custom: 'rule:nope', default: 'role:admin' }));
    const without = new RulePolicy(rules({ custom: 'rule:nope' }), { defaultRule: 'missing' });

    for (const rule of ['custom', 'unheard of']) {
      expect(open.allows(rule, member, {})).toBe(true);
      expect([closed.allows(rule, member, {}), closed.allows(rule, admin, {})]).toEqual([false, true]);
      expect(without.allows(rule, admin, {})).toBe(false);
    }
  });

  it('lets system-scoped callers in only when scopes do not count', () => {
    const system = caller(['admin'], { systemScope: 'all', projectId: null });
    const lax = new RulePolicy(rules({}), { enforceScope: false });

    expect(lax.allows('get_images', system, {})).toBe(true);
    expect(policy.allows('get_images', system, {})).toBe(false);
  });
});

describe('the defaults before there were roles for reading and writing', () => {
  const former = new RulePolicy(effectiveRules([], false));
  const nobody = caller([]);

  it('let anybody read what is shown to them, and create', () => {
    for (const rule of ['get_image', 'get_images', 'download_image', 'add_image', 'get_members', 'get_metadef_objects'])
      expect([rule, former.allows(rule, nobody, foreign)]).toEqual([rule, true]);
  });

  it('let owners of any role change their images, and others not', () => {
    for (const rule of [
      'modify_image',
      'delete_image',
      'upload_image',
      'deactivate',
      'add_member',
      'delete_image_location',
    ]) {
      expect([rule, former.allows(rule, nobody, own), former.allows(rule, admin, foreign)]).toEqual([rule, true, true]);
      expect([rule, former.allows(rule, nobody, foreign)]).toEqual([rule, false]);
    }
    expect(former.allows('modify_member', nobody, sharedWithCaller)).toBe(true);
    expect(former.allows('modify_member', nobody, own)).toBe(false);
  });

  it('keep to themselves what was for administrators', () => {
    for (const rule of [
      'publicize_image',
      'copy_image',
      'tasks_api_access',
      'manage_image_cache',
      'cache_list',
      'add_metadef_tag',
    ])
      expect([rule, former.allows(rule, member, own)]).toEqual([rule, false]);
  });

  it('bind an operator to the owner of an image, whose rules leave that to the service', () => {
    const open = { name: 'modify_image', expression: parseRule(''), file: 'policy.json', line: 1 };

    expect(new RulePolicy(effectiveRules([open], false)).allows('modify_image', member, foreign)).toBe(false);
    expect(new RulePolicy(effectiveRules([open], true)).allows('modify_image', member, foreign)).toBe(true);
  });
});
