import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newCast } from '../../support/callers.js';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { ImageSession } from '../../support/image-session.js';
import { Service } from '../../support/service.js';
import type { ServiceEnvironment } from '../../support/service.js';
import { trusting } from '../../support/trusting-service.js';

const add = (name: string, value: string): object => ({ op: 'add', path: `/${name}`, value });
const replace = (name: string, value: string): object => ({ op: 'replace', path: `/${name}`, value });
const remove = (name: string): object => ({ op: 'remove', path: `/${name}` });
const reserved = (name: string): string => `Attribute '${name}' is reserved.`;
const section = (pattern: string, [create, read, update, deletion]: readonly string[]): string =>
  `[${pattern}]\ncreate = ${create}\nread = ${read}\nupdate = ${update}\ndelete = ${deletion}\n`;

/** A service that is about to start with these files. */
const prepare = async (protections: string, policy: string, environment: ServiceEnvironment = {}): Promise<Service> => {
  const service = await Service.prepare(
    trusting({ OS_DEFAULT__PROPERTY_PROTECTION_FILE: 'protections.conf', ...environment }),
  );
  await writeFile(join(service.dataDir, 'protections.conf'), protections);
  await writeFile(join(service.dataDir, 'policy.yaml'), policy);
  return service;
};
const BY_POLICY = { OS_DEFAULT__PROPERTY_PROTECTION_RULE_FORMAT: 'policies' };

describe('properties that policy rules protect', () => {
  let service: Service;
  const as = ({ token, project }: { token: string; project: string }) =>
    new ImageSession(() => service.url, { token, project });

  beforeAll(async () => {
    const protections = [
      section('^x_billing_', ['billing', 'everyone', 'billing', 'context_is_admin']),
      section('^x_secret_', ['billing', 'billing', '!', '!']),
      section('.*', ['@', '@', '@', '@']),
    ].join('\n');
    const rules = 'billing: role:biller or rule:context_is_admin\neveryone: role:reader\n';
    service = await prepare(protections, rules, BY_POLICY);
    await service.launch();
  });
  afterAll(() => service.remove());

  it('are created, read, updated and deleted by those whom the rules allow it', async () => {
    const { member, admin } = newCast();
    const [owner, operator] = [as(member), as(admin)];
    const biller = as({ ...member, token: `b:${member.project}:biller,member,reader` });
    const { id } = await owner.create({ free: '1' });
    expectProblem(await owner.patch(id, [add('x_billing_a', '1')]), 403, reserved('x_billing_a'));
    expectStatus(await biller.patch(id, [add('x_billing_a', '1'), add('x_secret_a', '2')]), 200);
    expect(await owner.show(id)).toMatchObject({ free: '1', x_billing_a: '1' });
    expect(await owner.show(id)).not.toHaveProperty('x_secret_a');
    expect(await biller.show(id)).toMatchObject({ x_secret_a: '2' });
    expect((await owner.list('?x_secret_a=2')).images).toEqual([]);
    expect((await biller.list('?x_secret_a=2')).images).toHaveLength(1);
    expectProblem(await owner.patch(id, [replace('x_billing_a', '3')]), 403, reserved('x_billing_a'));
    expectStatus(await owner.patch(id, [replace('x_billing_a', '1')]), 200);
    expectStatus(await biller.patch(id, [replace('x_billing_a', '3')]), 200);
    expectProblem(await biller.patch(id, [remove('x_billing_a')]), 403, reserved('x_billing_a'));
    expectProblem(await operator.patch(id, [remove('x_secret_a')]), 403, reserved('x_secret_a'));
    expectStatus(await operator.patch(id, [remove('x_billing_a')]), 200);
  });

  it('follow the rules as they are now; a rule that has gone is fitted by nobody', async () => {
    const session = as(newCast().member);
    expectProblem(await session.tryCreate({ x_billing_a: '1' }), 403, reserved('x_billing_a'));
    await writeFile(join(service.dataDir, 'policy.yaml'), 'billing: role:member\neveryone: role:reader\n');
    const { id } = await session.create({ x_billing_a: '1' });
    await writeFile(join(service.dataDir, 'policy.yaml'), 'everyone: role:reader\n');
    expectProblem(await session.patch(id, [replace('x_billing_a', '2')]), 403, reserved('x_billing_a'));
    expect(await session.show(id)).toMatchObject({ x_billing_a: '1' });
  });
});

describe('a file of property protections', () => {
  it.each<[string, string, ServiceEnvironment]>([
    ['"delete" is missing', '[.*]\ncreate = @\nread = @\nupdate = @\n', {}],
    ['names both @ and !', section('.*', ['@,!', '@', '@', '@']), {}],
    ['must name one policy rule', section('.*', ['a,b', '@', '@', '@']), BY_POLICY],
    ['which does not exist', section('.*', ['nowhere', '@', '@', '@']), BY_POLICY],
  ])('stops the start when it is wrong: %s', async (message, protections, environment) => {
    const service = await prepare(protections, 'a: "@"\nb: "@"\n', environment);
    try {
      expect(await service.launchUntilExit()).toBe(2);
      expect((await service.command('api')).stderr).toContain(message);
    } finally {
      await service.remove();
    }
  });

  it('counts the roles of a service token, and gives nothing to what no section is about', async () => {
    const service = await prepare(section('^svc_', ['service', 'service', 'service', 'service']), '');
    try {
      await service.launch();
      const session = new ImageSession(() => service.url, newCast().member);
      const roles = { 'X-Service-Roles': 'Service' };
      expectProblem(await session.tryCreate({ svc_a: '1' }), 403, reserved('svc_a'));
      const { id, svc_a: shown } = expectStatus(await session.tryCreate({ svc_a: '1' }, roles), 201).json;
      expect(shown).toBe('1');
      expect(await session.show(id)).not.toHaveProperty('svc_a');
      expectProblem(await session.tryCreate({ other: '1' }, roles), 403, reserved('other'));
    } finally {
      await service.remove();
    }
  });
});
