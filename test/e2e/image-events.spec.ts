import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectEmpty, expectProblem, expectStatus } from '../support/expectations.js';
import type { HttpResponse } from '../support/http-client.js';
import { UNKNOWN_ID } from '../support/image-session.js';
import type { ImageSession } from '../support/image-session.js';
import { PolicyService } from '../support/policy-service.js';
import { eventually } from '../support/eventually.js';
import { PROPERTY_PROTECTIONS } from '../support/property-protections.js';
import { Service } from '../support/service.js';
import { newAdmin, newMember, trusting } from '../support/trusting-service.js';

const replace = (name: string, value: unknown): object => ({ op: 'replace', path: `/${name}`, value });
const add = (name: string, value: unknown): object => ({ op: 'add', path: `/${name}`, value });
const remove = (name: string): object => ({ op: 'remove', path: `/${name}` });

const eventsOf = async (session: ImageSession, id: string, query = ''): Promise<any> =>
  expectStatus(await session.get(`/v2/images/${id}/events${query}`), 200).json;
const changed = async (session: ImageSession, id: string, ...operations: readonly object[]): Promise<any> =>
  expectStatus(await session.patch(id, operations), 200).json;
const at = (session: ImageSession, id: string, moment: string | number): Promise<HttpResponse> =>
  session.get(`/v2/images/${id}?at=${moment}`);
const imageAt = async (session: ImageSession, id: string, moment: string | number): Promise<any> =>
  expectStatus(await at(session, id, moment), 200).json;
const revert = (session: ImageSession, id: string, revision: unknown): Promise<HttpResponse> =>
  session.post(`/v2/images/${id}/actions/revert`, { to_revision: revision });

describe('the history of an image', () => {
  let policies: PolicyService;
  let [member, reader, other, admin]: ImageSession[] = [];

  beforeAll(async () => {
    policies = await PolicyService.start({ OS_DEFAULT__SHOW_MULTIPLE_LOCATIONS: 'false' });
  });
  beforeEach(() => ({ member, reader, other, admin } = policies.cast()));
  afterEach(() => policies.remove('policy.yaml'));
  afterAll(() => policies.service.remove());

  describe('told event by event', () => {
    it('says who did what when in which request, and what changed from what to what', async () => {
      const { id, owner } = await member!.queued({ name: 'old', os_distro: 'debian' });
      await changed(member!, id, replace('name', 'new'), remove('os_distro'), add('x', '1'));
      const { events, first, next } = await eventsOf(member!, id);
      expect([first, next]).toEqual([`/v2/images/${id}/events`, undefined]);
      expect(events.map(({ type, revision }: any) => [type, revision])).toEqual([
        ['ImageCreated', 0],
        ['ImageDetailsChanged', 1],
        ['ImagePropertiesChanged', 2],
      ]);
      expect(events[1]).toEqual({
        image_id: id,
        type: 'ImageDetailsChanged',
        revision: 1,
        position: expect.stringMatching(/^\d+$/),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        actor: { user_id: 'member', project_id: owner, roles: expect.arrayContaining(['member', 'reader']) },
        request_id: expect.stringMatching(/^req-/),
        correlation_id: expect.any(String),
        changes: [{ field: 'name', from: 'old', to: 'new' }],
      });
      expect(events[2].changes).toEqual([
        { field: 'os_distro', from: 'debian', to: null },
        { field: 'x', from: null, to: '1' },
      ]);
      expect(events[2].request_id).toBe(events[1].request_id);
    });

    it('comes in pages, forwards and backwards', async () => {
      const { id } = await member!.create({ name: '0' });
      for (const name of ['1', '2', '3', '4']) await changed(member!, id, replace('name', name));
      const all = (await eventsOf(member!, id)).events;
      const walk = async (query: string): Promise<any[]> => {
        const pages: any[] = [];
        for (let path: string | undefined = `/v2/images/${id}/events${query}`; path !== undefined;) {
          const { events, next }: any = expectStatus(await member!.get(path), 200).json;
          expect(events.length).toBeGreaterThan(0);
          pages.push(...events);
          path = next;
        }
        return pages;
      };
      expect(await walk('?limit=2')).toEqual(all);
      expect(await walk('?limit=5')).toEqual(all);
      expect(await walk('?limit=2&sort_dir=desc')).toEqual(all.toReversed());
      const { events, next } = await eventsOf(member!, id, '?limit=2&marker=1');
      expect(events.map(({ revision }: any) => revision)).toEqual([2, 3]);
      expect(next).toBe(`/v2/images/${id}/events?limit=2&marker=3`);
      expect(await eventsOf(member!, id, '?limit=0')).toMatchObject({ events: [] });
      expect((await eventsOf(member!, id, '?marker=99')).events).toEqual([]);
    });

    it.each(['limit=x', 'limit=-1', 'marker=x', 'marker=', 'sort_dir=sideways'])('refuses %s', async (query) => {
      const { id } = await member!.create();
      expectProblem(await member!.get(`/v2/images/${id}/events?${query}`), 400);
    });

    it('belongs to the members of the owning project and to administrators', async () => {
      const { id } = await admin!.create({ visibility: 'public' });
      expectProblem(await other!.get(`/v2/images/${id}/events`), 403);
      expectProblem(await at(other!, id, 0), 403);
      const own = await member!.create({ visibility: 'private' });
      expect((await eventsOf(reader!, own.id)).events).toHaveLength(1);
      expect((await eventsOf(admin!, own.id)).events).toHaveLength(1);
      expectProblem(await other!.get(`/v2/images/${own.id}/events`), 404);
      expectProblem(await other!.get(`/v2/images/${own.id}?at=0`), 404);
      expectProblem(await member!.get(`/v2/images/${UNKNOWN_ID}/events`), 404);
    });

    it('follows the rule get_events', async () => {
      const { id } = await member!.create();
      await policies.write('get_events: role:admin\n');
      await eventually(async () => expectProblem(await member!.get(`/v2/images/${id}/events`), 403));
      expectProblem(await at(member!, id, 0), 403);
      expectProblem(await revert(member!, id, 0), 403);
      expect((await eventsOf(admin!, id)).events).toHaveLength(1);
    });

    it('stays when the image is deleted, for those whom it belonged to', async () => {
      const { id } = await member!.active({ visibility: 'shared' });
      expectStatus(await member!.delete(`/v2/images/${id}`), 204);
      for (const session of [member!, reader!, admin!]) {
        const { events } = await eventsOf(session, id);
        expect(events.find(({ type }: any) => type === 'ImageDeleted').changes).toEqual([
          { field: 'status', from: 'active', to: 'deleted' },
        ]);
      }
      expectProblem(await other!.get(`/v2/images/${id}/events`), 404);
    });

    it('names no places that the image itself does not show, and no claims', async () => {
      const { id } = await member!.active();
      for (const session of [member!, admin!]) {
        const text = JSON.stringify(await eventsOf(session, id));
        expect(text).toContain('ImageDataStored');
        expect(text).not.toMatch(/file:|"upload"/);
      }
    });

    it('tells of the projects that the image is shared with', async () => {
      const { id } = await member!.create({ visibility: 'shared' });
      await member!.share(id, 'elsewhere');
      expect((await eventsOf(member!, id)).events[1].changes).toEqual([
        { field: 'members', member_id: 'elsewhere', from: null, to: 'pending' },
      ]);
    });
  });

  describe('looked at as it was', () => {
    it('shows the image after each revision, in the form that it had', async () => {
      const created = await member!.queued({ name: 'one', os_distro: 'debian', tags: ['a'] });
      const { id } = created;
      const renamed = await changed(member!, id, replace('name', 'two'), remove('os_distro'));
      expectStatus(await member!.upload(id, 'data'), 204);
      expect(await imageAt(member!, id, 0)).toEqual(created);
      expect(await imageAt(member!, id, 2)).toEqual({ ...renamed, updated_at: expect.any(String) });
      expect(await imageAt(member!, id, 4)).toEqual(await member!.show(id));
    });

    it('shows it at the time of an event, and within the second that clients see', async () => {
      const created = await member!.create({ name: 'one' });
      const { id } = created;
      await changed(member!, id, replace('name', 'two'));
      const [first, second] = (await eventsOf(member!, id)).events;
      expect((await imageAt(member!, id, second.time)).name).toBe('two');
      expect((await imageAt(member!, id, `${second.time.slice(0, 19)}Z`)).name).toBe('two');
      const before = new Date(Date.parse(first.time) - 1).toISOString();
      expectProblem(await at(member!, id, before), 404);
      expectProblem(await at(member!, id, '1999-12-31T23:59:59Z'), 404);
      expect((await imageAt(member!, id, '2999-01-01T00:00:00Z')).name).toBe('two');
    });

    it('shows a deleted image until it was deleted', async () => {
      const { id } = await member!.active({ name: 'gone' });
      expectStatus(await member!.delete(`/v2/images/${id}`), 204);
      expectProblem(await member!.get(`/v2/images/${id}`), 404);
      expect(await imageAt(member!, id, 2)).toMatchObject({ name: 'gone', status: 'active' });
      expectProblem(await at(member!, id, 3), 404);
      expectProblem(await at(member!, id, '2999-01-01T00:00:00Z'), 404);
    });

    it.each(['', '-1', '1.5', 'yesterday', '2026-02-30T00:00:00Z'])('refuses "%s"', async (moment) => {
      const { id } = await member!.create();
      expectProblem(await at(member!, id, moment), 400);
    });

    it('finds no revision that there never was', async () => {
      const { id } = await member!.create();
      expectProblem(await at(member!, id, 1), 404);
      expectProblem(await at(member!, id, '99999999999999999999'), 400);
    });
  });

  describe('taken back', () => {
    it('gives the image its metadata of then by new events, once', async () => {
      const created = await member!.queued({ name: 'one', os_distro: 'debian', tags: ['a', 'b'], min_ram: 64 });
      const { id } = created;
      await changed(
        member!,
        id,
        ...[replace('name', 'two'), replace('os_distro', 'alpine'), add('x', '1'), replace('tags', ['c'])],
        ...[
          replace('min_ram', 0),
          replace('visibility', 'private'),
          replace('protected', true),
          replace('os_hidden', true),
        ],
      );
      const changes = (await eventsOf(member!, id)).events.length;
      expectEmpty(await revert(member!, id, 0), 204);
      expect(await member!.show(id)).toEqual({ ...created, updated_at: expect.any(String) });
      const { events } = await eventsOf(member!, id);
      expect(events.length).toBeGreaterThan(changes);
      expect(events.at(-1).actor.user_id).toBe('member');
      expectEmpty(await revert(member!, id, 0), 204);
      expect((await eventsOf(member!, id)).events).toEqual(events);
    });

    it('leaves data, members, owner, and the formats of an image with data', async () => {
      const { id } = await member!.create({ name: 'one' });
      await changed(member!, id, replace('disk_format', 'raw'), replace('container_format', 'bare'));
      expectStatus(await member!.upload(id, 'data'), 204);
      await member!.share(id, 'elsewhere');
      await changed(member!, id, replace('name', 'two'));
      expectEmpty(await revert(member!, id, 0), 204);
      expect(await member!.show(id)).toMatchObject({ name: 'one', status: 'active', disk_format: 'raw', size: 4 });
      expect((await member!.download(id)).text).toBe('data');
      expect((await member!.get(`/v2/images/${id}/members`)).json.members).toHaveLength(1);
    });

    it('asks the rules as a change does', async () => {
      const { id } = await admin!.create({ visibility: 'public', name: 'one' });
      const { project } = { project: (await member!.create()).owner };
      expectStatus(await admin!.patch(id, [replace('visibility', 'private'), replace('owner', project)]), 200);
      expectProblem(await revert(member!, id, 0), 403, 'publicize_image');
      expect(await member!.show(id)).toMatchObject({ visibility: 'private', name: 'one' });
      const own = await member!.create();
      expectProblem(await revert(reader!, own.id, 0), 403, 'modify_image');
      expectProblem(await revert(other!, own.id, 0), 404);
    });

    it('finds nothing to take back on an image that is gone', async () => {
      const { id } = await member!.create();
      expectStatus(await member!.delete(`/v2/images/${id}`), 204);
      expectProblem(await revert(member!, id, 0), 404);
      expectProblem(await revert(member!, UNKNOWN_ID, 0), 404);
    });

    it.each([-1, 1.5, '0', null, 7, 1e300])('refuses to_revision %j', async (revision) => {
      const { id } = await member!.create();
      expectProblem(await revert(member!, id, revision), 400);
    });

    it('refuses a body without a revision', async () => {
      const { id } = await member!.create();
      expectProblem(await member!.post(`/v2/images/${id}/actions/revert`, {}), 400);
      expectProblem(await member!.post(`/v2/images/${id}/actions/revert`), 400);
    });
  });
});

describe('the history of an image with secrets', () => {
  let service: Service;

  beforeAll(async () => {
    const environment = {
      OS_DEFAULT__PROPERTY_PROTECTION_FILE: 'protections.conf',
      OS_DEFAULT__SHOW_MULTIPLE_LOCATIONS: 'true',
    };
    service = await Service.prepare(trusting(environment));
    await writeFile(join(service.dataDir, 'protections.conf'), PROPERTY_PROTECTIONS);
    await service.launch();
  });
  afterAll(() => service.remove());

  it('hides properties from those who may not read them, and going back leaves them as they are', async () => {
    const [member, admin] = [newMember(service), newAdmin(service)];
    const { id } = await member.create({ x_owner_a: '1' });
    await changed(admin, id, add('x_secret_a', 'one'), replace('x_owner_a', '2'));
    await changed(admin, id, replace('x_secret_a', 'two'));
    expect(JSON.stringify(await eventsOf(member, id))).not.toContain('x_secret_a');
    expect(JSON.stringify(await eventsOf(admin, id))).toContain('x_secret_a');
    expect(await imageAt(member, id, 1)).not.toHaveProperty('x_secret_a');
    expect(await imageAt(admin, id, 1)).toMatchObject({ x_secret_a: 'one' });
    expectEmpty(await revert(member, id, 0), 204);
    expect(await admin.show(id)).toMatchObject({ x_owner_a: '1', x_secret_a: 'two' });
    expectEmpty(await revert(admin, id, 1), 204);
    expect(await admin.show(id)).toMatchObject({ x_owner_a: '2', x_secret_a: 'one' });
  });

  it('names places of data as long as the image does', async () => {
    const [member, admin] = [newMember(service), newAdmin(service)];
    const { id, locations } = await member.active();
    const stored = async (session: ImageSession): Promise<any[]> =>
      (await eventsOf(session, id)).events.find(({ type }: any) => type === 'ImageDataStored').changes;
    const added = { field: 'locations', from: null, to: locations[0] };
    expect(await stored(member)).toContainEqual(added);
    expect((await imageAt(member, id, 2)).locations).toEqual(locations);
    expectStatus(await admin.action(id, 'deactivate'), 204);
    expect(JSON.stringify(await stored(member))).not.toContain('file:');
    expect((await imageAt(member, id, 2)).locations).toEqual([]);
    expect(await stored(admin)).toContainEqual(added);
    expect((await imageAt(admin, id, 2)).locations).toEqual(locations);
  });
});
