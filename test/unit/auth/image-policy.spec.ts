import { ActionForbidden } from '../../../src/auth/auth.errors.js';
import type { Caller } from '../../../src/auth/caller.js';
import { ImagePolicy } from '../../../src/auth/image-policy.js';
import type { ImageTarget } from '../../../src/auth/image-policy.js';
import type { RuleName } from '../../../src/auth/policy-rules.js';
import { RulePolicy } from '../../../src/auth/rule-policy.js';
import { HttpProblem } from '../../../src/http/http-problem.js';
import { parseRule } from '../../../src/auth/policy-parser.js';
import { effectiveRules } from '../../../src/auth/policy-rule-set.js';
import { admin, caller, member, reader } from './callers.js';
import { imageTarget } from './image-target.js';

const image = imageTarget;
const policy = new ImagePolicy(new RulePolicy());
class Unseen extends Error {}

const outcome = async (rule: RuleName, who: Caller, target: ImageTarget): Promise<string> => {
  try {
    await policy.require(rule, who, target, () => new Unseen());
    return 'allowed';
  } catch (error) {
    if (error instanceof Unseen) return 'does not exist';
    if (error instanceof HttpProblem) return `${error.status} ${error.explanation ?? 'standard sentence'}`;
    if (error instanceof ActionForbidden) return error.message;
    throw error;
  }
};
const forbidden = (rule: RuleName): string => `You are not authorized to complete ${rule} action.`;

describe('what a caller can see', () => {
  it.each([
    ['a private image of its own', image({ owner: 'P1' }), true],
    ['a foreign private image', image({}), false],
    ['a foreign private image that was once shared with it', image({ isMember: true }), false],
    ['a foreign shared image', image({ visibility: 'shared' }), false],
    ['an image shared with it', image({ visibility: 'shared', isMember: true }), true],
    ['a public image', image({ visibility: 'public' }), true],
    ['a community image', image({ visibility: 'community' }), true],
    ['an image without owner', image({ owner: null }), true],
  ])('%s', (_what, target, expected) => expect(policy.canSee(member, target)).toBe(expected));

  it('is everything for an admin', () => expect(policy.canSee(admin, image({}))).toBe(true));

  it('does not include ownerless images by way of having no project', async () => {
    const projectless = caller(['member', 'reader'], { projectId: null });

    expect(await outcome('get_image', projectless, image({ owner: null }))).toBe('404 standard sentence');
  });
});

describe('what a caller may do', () => {
  const privateImage = image({});
  const publicImage = image({ visibility: 'public' });
  const sharedImage = image({ visibility: 'shared', isMember: true });
  const ownImage = image({ owner: 'P1' });

  it.each([
    ['get_image', member, privateImage, 'does not exist'],
    ['delete_image', member, privateImage, 'does not exist'],
    ['get_image', member, image({ owner: null }), '404 standard sentence'],
    ['modify_image', member, image({ owner: null }), '404 standard sentence'],
    ['delete_image', member, publicImage, forbidden('delete_image')],
    ['download_image', reader, publicImage, forbidden('download_image')],
    ['download_image', reader, ownImage, forbidden('download_image')],
    ['upload_image', member, sharedImage, forbidden('upload_image')],
    ['get_image', reader, sharedImage, 'allowed'],
    ['modify_image', member, ownImage, 'allowed'],
    ['delete_image', admin, privateImage, 'allowed'],
    ['get_image', caller(['member']), ownImage, '404 standard sentence'],
    ['get_members', member, publicImage, forbidden('get_members')],
    ['get_member', member, publicImage, '404 standard sentence'],
    ['modify_member', member, sharedImage, 'allowed'],
    ['modify_member', member, image({ owner: 'P1', visibility: 'shared' }), forbidden('modify_member')],
    ['delete_member', member, sharedImage, forbidden('delete_member')],
  ] as const)('%s: %#', async (rule, who, target, expected) => expect(await outcome(rule, who, target)).toBe(expected));

  it('is nothing in the scope of the system', async () => {
    const system = caller(['admin', 'member', 'reader'], { projectId: null, systemScope: 'all' });

    expect(await outcome('get_image', system, privateImage)).toBe('does not exist');
    expect(await outcome('get_image', system, publicImage)).toBe('404 standard sentence');
    await expect(policy.requireGeneral('get_images', system)).rejects.toThrow(forbidden('get_images'));
  });

  it('does not depend on custom properties that look like attributes', async () => {
    const disguised = { project_id: 'P1', owner: 'P1', member_id: 'P1', visibility: 'public' };

    expect(await outcome('modify_image', member, image({ visibility: 'public', properties: disguised }))).toBe(
      forbidden('modify_image'),
    );
    expect(await policy.allows('get_image', member, image({ owner: null, properties: disguised }))).toBe(false);
  });

  it('is refused with 403 at creation, whatever could be seen', async () => {
    await expect(policy.requireCreate('add_image', reader, { owner: 'P1', visibility: 'private' })).rejects.toThrow(
      forbidden('add_image'),
    );
    await expect(policy.requireCreate('add_image', member, { owner: 'P2', visibility: 'private' })).rejects.toThrow(
      ActionForbidden,
    );
    await expect(
      policy.requireCreate('publicize_image', member, { owner: 'P1', visibility: 'public' }),
    ).rejects.toThrow(forbidden('publicize_image'));
    await expect(
      policy.requireCreate('add_image', member, { owner: 'P1', visibility: 'shared' }),
    ).resolves.toBeUndefined();
  });

  it('includes listing for readers', async () => {
    await expect(policy.requireGeneral('get_images', reader)).resolves.toBeUndefined();
    await expect(policy.requireGeneral('tasks_api_access', member)).rejects.toThrow(forbidden('tasks_api_access'));
  });
});

/** Each was answered in the same way by Glance 25.1 with enforce_new_defaults, unless a comment says otherwise. */
describe('what rules can ask about an image', () => {
  const own = image({
    owner: 'P1',
    name: 'n1',
    status: 'active',
    visibility: 'shared',
    diskFormat: 'raw',
    containerFormat: 'bare',
    minDiskGb: 3,
    sizeBytes: 3,
    properties: { color: 'red', size: '4', user_id: 'U1' },
    tags: ['a'],
    digest: { checksum: '900150983cd24fb0d6963f7d28e17f72', hashAlgorithm: 'sha512', hashValue: 'ab' },
  });
  const answerOf = (rule: string, who = member, target = own): Promise<boolean> => {
    const override = { name: 'modify_image', expression: parseRule(rule), file: 'policy.yaml', line: 1 };
    return new ImagePolicy(new RulePolicy(effectiveRules([override]))).allows('modify_image', who, target);
  };

  it.each([
    ['project_id:%(owner)s', true],
    ['project_id:%(project_id)s', true],
    ["'P1':%(owner)s", true],
    ["'I1':%(id)s and 'I1':%(image_id)s", true],
    ["'n1':%(name)s", true],
    ["'active':%(status)s", true],
    ["'shared':%(visibility)s", true],
    ["'public':%(visibility)s", false],
    ["'raw':%(disk_format)s and 'bare':%(container_format)s", true],
    ['3:%(min_disk)s', true],
    ["'3':%(min_disk)s and 0:%(min_ram)s", true],
    ['False:%(protected)s', true],
    ["'False':%(protected)s and False:%(os_hidden)s", true],
    ["3:%(size)s and not '4':%(size)s", true],
    ["'900150983cd24fb0d6963f7d28e17f72':%(checksum)s", true],
    ["'sha512':%(os_hash_algo)s and 'ab':%(os_hash_value)s", true],
    ["'red':%(color)s", true],
    ["'blue':%(color)s", false],
    ["None:%(member)s and 'None':%(member_id)s", true],
    ["not 'x':%(nothing)s", true],
    ['None:%(nothing)s', false],
    ["'a':%(tags)s", false],
    ['"%(owner)s":project_id', false],
    ['user_id:U1', true],
    ['roles:member', true],
    // Older Glances know these two; 25.1 refuses both.
    ['tenant:%(owner)s and user:U1', true],
    ['project_id:%(tenant)s', true],
  ])('%s is %s', async (rule, expected) => expect(await answerOf(rule)).toBe(expected));

  it('do not include who created it, which it does not know: no caller passes for that', async () => {
    expect(await answerOf('user_id:%(user_id)s', member, image({ owner: 'P1' }))).toBe(false);
    // A custom property that is called so is one like any other.
    expect(await answerOf('user_id:%(user_id)s')).toBe(true);
  });

  it('include the project that it is shared with, of those who look at it through that', async () => {
    const shared = image({ visibility: 'shared', isMember: true });

    expect(await answerOf('project_id:%(member)s and project_id:%(member_id)s', member, shared)).toBe(true);
    expect(await answerOf('project_id:%(member)s')).toBe(false);
  });

  it('are fewer of one that is to be created: its owner and its visibility', async () => {
    const rule = "project_id:%(tenant)s and project_id:%(owner)s and 'public':%(visibility)s and not 'n':%(name)s";
    const override = { name: 'add_image', expression: parseRule(rule), file: 'policy.yaml', line: 1 };
    const creation = new ImagePolicy(new RulePolicy(effectiveRules([override])));

    await expect(
      creation.requireCreate('add_image', member, { owner: 'P1', visibility: 'public' }),
    ).resolves.toBeUndefined();
    await expect(creation.requireCreate('add_image', member, { owner: 'P1', visibility: 'shared' })).rejects.toThrow(
      ActionForbidden,
    );
  });
});
