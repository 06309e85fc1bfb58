import { mkdir, rename, writeFile } from 'node:fs/promises';
import { eventually } from '../../support/eventually.js';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { PolicyService } from '../../support/policy-service.js';
import { Service } from '../../support/service.js';
import { trusting } from '../../support/trusting-service.js';

const RENAMING = [{ op: 'replace', path: '/name', value: 'renamed' }];
const forbidden = (rule: string): string => `You are not authorized to complete ${rule} action.`;

/** What a process prints may come later than what it answers. */
const untilLogged = (service: Service, text: string): Promise<void> =>
  eventually(() => {
    expect(service.log).toContain(text);
  });

describe('policy files', () => {
  let target: PolicyService;

  beforeAll(async () => {
    target = await PolicyService.start();
  });
  afterAll(() => target.service.remove());
  afterEach(() => target.remove('policy.yaml', 'policy.json', 'policy.d'));

  it('need not exist, and count from the next request on after they come, change and go', async () => {
    const { member, reader } = target.cast();
    const { id } = await member.queued();
    expectProblem(await reader.patch(id, RENAMING), 403, forbidden('modify_image'));
    await target.write('modify_image: role:reader\n');
    expectStatus(await reader.patch(id, RENAMING), 200);
    await target.write('modify_image: role:nobody\n', 'next');
    await rename(target.path('next'), target.path('policy.yaml'));
    expectProblem(await member.patch(id, RENAMING), 403, forbidden('modify_image'));
    await mkdir(target.path('policy.d'));
    await target.write('modify_image: role:member\n', 'policy.d/more.yaml');
    expectStatus(await member.patch(id, RENAMING), 200);
    await target.remove('policy.d/more.yaml');
    expectProblem(await member.patch(id, RENAMING), 403, forbidden('modify_image'));
    await target.remove('policy.yaml');
    expectStatus(await member.patch(id, RENAMING), 200);
    expectProblem(await reader.patch(id, RENAMING), 403, forbidden('modify_image'));
  });

  it.each(['policy.yaml', 'policy.json'])('may be written in JSON, also under the name %s', async (name) => {
    const { member, reader } = target.cast();
    await target.write(JSON.stringify({ add_image: 'role:nobody', get_images: [['role:admin'], 'role:member'] }), name);
    expectProblem(await member.tryCreate({}), 403, forbidden('add_image'));
    expectStatus(await member.get('/v2/images'), 200);
    expectProblem(await reader.get('/v2/images'), 403, forbidden('get_images'));
  });

  it('hide what may not be got, and forbid what may be got but not be done', async () => {
    const { member, other } = target.cast();
    const { id } = await member.active({ visibility: 'community', name: 'open' });
    const path = `/v2/images/${id}`;
    expectProblem(await other.delete(path), 403, forbidden('delete_image'));
    await target.write(`get_image: "role:reader and not ('open':%(name)s and 'community':%(visibility)s)"\n`);
    for (const session of [member, other]) {
      expectProblem(await session.get(path), 404);
      expectProblem(await session.delete(path), 404);
      expectProblem(await session.download(id), 404);
      expectProblem(await session.patch(id, RENAMING), 404);
      expectProblem(await session.action(id, 'deactivate'), 404);
      expectProblem(await session.put(`${path}/tags/t`), 404);
      expect((await session.list(`?id=${id}&visibility=community`)).images).toEqual([]);
    }
    await target.write('download_image: "!"\ndeactivate: "!"\n');
    expectProblem(await member.download(id), 403, forbidden('download_image'));
    expectProblem(await member.action(id, 'deactivate'), 403, forbidden('deactivate'));
    expectStatus(await other.get(path), 200);
    expect((await other.list(`?id=${id}&visibility=community`)).images).toHaveLength(1);
  });

  it('show in a list what may be got, row by row', async () => {
    const { member } = target.cast();
    for (const name of ['a', 'b', 'c']) await member.queued({ name, color: name === 'b' ? 'red' : 'blue' });
    await target.write(`get_image: "not 'red':%(color)s"\n`);
    expect((await member.names()).sort()).toEqual(['a', 'c']);
  });

  it('keep counting as they were while they are broken, and the log says why', async () => {
    const { reader, member } = target.cast();
    const { id } = await member.queued();
    await target.write('modify_image: role:reader\n');
    expectStatus(await reader.patch(id, RENAMING), 200);
    await target.write('\n\nmodify_image: "role:reader and ("\n');
    expectStatus(await reader.patch(id, RENAMING), 200);
    await untilLogged(target.service, 'policy.yaml:3: rule \\"modify_image\\": unexpected end');
    await target.write('modify_image: "!"\n');
    expectProblem(await reader.patch(id, RENAMING), 403, forbidden('modify_image'));
  });

  it('are what the commands about the policy list and explain', async () => {
    const { service } = target;
    await target.write('# ours\ndelete_image: role:member and not True:%(protected)s\n');
    const listed = await service.command('policy', 'list');
    expect(listed.exitCode).toBe(0);
    expect(listed.stdout).toContain(
      `"delete_image": "role:member and not True:%(protected)s"  # ${target.path('policy.yaml')}:2`,
    );
    expect(listed.stdout).toContain('"publicize_image": "rule:context_is_admin"  # default');
    const check = (roles: string, value: string) =>
      service.command('policy', 'check', 'delete_image', '--roles', roles, '--target', `protected=${value}`);
    const allowed = await check('member', 'False');
    expect(allowed.exitCode).toBe(0);
    expect(allowed.stdout).toMatch(/^delete_image: allowed/);
    const refused = await check('member', 'True');
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout.split('\n')).toEqual(
      expect.arrayContaining(['    no: not True:%(protected)s', '      yes: True:%(protected)s']),
    );
    await target.write('a: role:x\nb: rule:b\n');
    const broken = await service.command('policy', 'list');
    expect(broken.exitCode).toBe(2);
    expect(broken.stderr).toContain(`${target.path('policy.yaml')}:2: rule "b": "rule:b" leads back to itself`);
  });
});

describe('a policy file at the start', () => {
  it.each([
    ['policy.yaml', 'get_image: "@"\nmodify_image: role:member and\n', ':2: rule "modify_image": unexpected end'],
    ['policy.json', '{\n "a": "rule:b",\n "b": "rule:a"\n}', ':3: rule "b": "rule:a" leads back to itself'],
    ['policy.d/x.yaml', 'a: [1]\n', ':1: rule "a"'],
    ['policy.yaml', 'a: "role:x\n', ':2: Missing closing'],
  ])('that is broken refuses it, with file, line and rule: %s %j', async (name, text, message) => {
    const service = await Service.prepare(trusting());
    try {
      await mkdir(`${service.dataDir}/policy.d`);
      await writeFile(`${service.dataDir}/${name}`, text);
      expect(await service.launchUntilExit()).toBe(2);
      await untilLogged(service, `${service.dataDir}/${name}${message}`);
    } finally {
      await service.remove();
    }
  });
});
