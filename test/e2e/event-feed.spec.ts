import { newCast, unique } from '../support/callers.js';
import type { Cast, TestCaller } from '../support/callers.js';
import { LOCAL_WEB_SERVERS } from '../support/service-options.js';
import { endOfImport, importFromWeb, requestImport } from '../support/task-flows.js';
import { EventFeed } from '../support/event-feed.js';
import { expectProblem, expectStatus } from '../support/expectations.js';
import { ImageSession } from '../support/image-session.js';
import type { Service } from '../support/service.js';
import { startTrustingService } from '../support/trusting-service.js';
import { WebServer } from '../support/web-server.js';

/** Refusals come as JSON. */
const STREAM = { Accept: 'text/event-stream, application/json;q=0.1' };

const rename = (name: string): readonly object[] => [{ op: 'replace', path: '/name', value: name }];

describe('the feed of events', () => {
  let service: Service;
  let cast: Cast;
  let member: ImageSession;
  let other: ImageSession;
  let admin: ImageSession;
  const feeds: EventFeed[] = [];

  const as = (caller: TestCaller): ImageSession => new ImageSession(() => service.url, caller);
  const open = async (caller: TestCaller, query = '', headers = {}): Promise<EventFeed> => {
    const feed = await EventFeed.open(service.url, caller, query, headers);
    feeds.push(feed);
    return feed;
  };
  const page = async (session: ImageSession, query = ''): Promise<any> =>
    expectStatus(await session.get(`/v2/events${query}`), 200).json;
  const summary = async (session: ImageSession, query = ''): Promise<[string, string][]> =>
    (await page(session, query)).events.map(({ type, image_id: id }: any) => [type, id]);

  beforeAll(async () => {
    service = await startTrustingService(LOCAL_WEB_SERVERS);
  });
  beforeEach(() => {
    cast = newCast();
    [member, other, admin] = [as(cast.member), as(cast.other), as(cast.admin)];
  });
  afterEach(() => feeds.splice(0).forEach((feed) => feed.close()));
  afterAll(() => service.remove());

  it('shows members the events of their project’s images, as the history of each does', async () => {
    const { id } = await member.create({ name: 'one' });
    await other.create();
    expectStatus(await member.patch(id, rename('two')), 200);
    const { events, first, next } = await page(member);
    expect([first, next]).toEqual(['/v2/events', undefined]);
    expect(events).toEqual((await member.get(`/v2/images/${id}/events`)).json.events);
    expect(await summary(as(cast.reader))).toEqual([
      ['ImageCreated', id],
      ['ImageDetailsChanged', id],
    ]);
  });

  it('shows administrators the events of all', async () => {
    const [one, two] = [await member.create(), await other.create()];
    const shown = await summary(admin, '?limit=2&sort_dir=desc');
    expect(shown).toEqual([
      ['ImageCreated', two.id],
      ['ImageCreated', one.id],
    ]);
  });

  it('keeps the events of deleted images', async () => {
    const { id } = await member.create();
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    expect(await summary(member)).toEqual([
      ['ImageCreated', id],
      ['ImageDeleted', id],
    ]);
  });

  it('goes with the image to its new owner, from then on', async () => {
    const { id } = await member.create();
    expectStatus(await admin.patch(id, [{ op: 'replace', path: '/owner', value: cast.other.project }]), 200);
    expect(await summary(member)).toEqual([['ImageCreated', id]]);
    expect(await summary(other)).toEqual([['ImageOwnerChanged', id]]);
  });

  it('is filtered by project, actor, type, image and time', async () => {
    const [one, two] = [await member.create({ name: 'one' }), await other.create()];
    expectStatus(await admin.patch(one.id, rename('two')), 200);
    const of = (query: string): Promise<[string, string][]> => summary(admin, `?${query}`);
    expect(await of(`project=${cast.member.project}`)).toEqual([
      ['ImageCreated', one.id],
      ['ImageDetailsChanged', one.id],
    ]);
    expect(await of(`project=${cast.member.project}&actor=admin`)).toEqual([['ImageDetailsChanged', one.id]]);
    expect(await of(`image=${two.id}`)).toEqual([['ImageCreated', two.id]]);
    expect(await of(`image=${one.id}&type=ImageDetailsChanged`)).toEqual([['ImageDetailsChanged', one.id]]);
    expect(await summary(member, `?project=${cast.other.project}`)).toEqual([]);
    const { time } = (await page(admin, `?image=${two.id}`)).events[0];
    const earlier = new Date(Date.parse(time) - 1).toISOString();
    expect(await of(`image=${two.id}&since=${time}&until=${time}`)).toHaveLength(1);
    expect(await of(`image=${two.id}&until=${earlier}`)).toEqual([]);
    expect(await of(`image=${two.id}&since=2999-01-01T00:00:00Z`)).toEqual([]);
  });

  it('comes in pages that follow each other', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push((await member.create()).id);
    const walked: string[] = [];
    for (let path: string | undefined = '/v2/events?limit=2'; path !== undefined;) {
      const { events, next }: any = expectStatus(await member.get(path), 200).json;
      walked.push(...events.map(({ image_id: id }: any) => id));
      path = next;
    }
    expect(walked).toEqual(ids);
  });

  it('tells of tasks as of images, without what was asked for and what came of it', async () => {
    const { id } = await member.staged();
    expectStatus(await requestImport(member, id, { method: { name: 'glance-direct' } }), 202);
    const { id: taskId } = await endOfImport(member, id);
    const { events } = await page(member, `?image=${id}`);
    expect(events.map(({ type }: any) => type)).toEqual(expect.arrayContaining(['ImageCreated', 'TaskSucceeded']));
    const ofTask = events.filter(({ task_id: about }: any) => about === taskId);
    expect(ofTask[0]).toMatchObject({
      ...{ task_id: taskId, task_type: 'api_image_import', image_id: id, type: 'TaskCreated', revision: 0 },
      changes: [{ field: 'status', from: null, to: 'pending' }],
    });
    expect(ofTask.at(-1)).toMatchObject({ changes: [{ field: 'status', from: 'processing', to: 'success' }] });
    expect(JSON.stringify(ofTask)).not.toMatch(/"(input|result|outcome)"|glance-direct/);
    expect((await page(other, `?image=${id}`)).events).toEqual([]);
    const history = expectStatus(await member.get(`/v2/tasks/${taskId}/events`), 200).json;
    expect(history).toEqual({ events: ofTask, first: `/v2/tasks/${taskId}/events` });
    const second = expectStatus(await member.get(`/v2/tasks/${taskId}/events?limit=1&marker=0`), 200).json;
    expect(second.events).toEqual([ofTask[1]]);
    expectProblem(await other.get(`/v2/tasks/${taskId}/events`), 404);
    expectProblem(await as(cast.withoutReaderRole).get(`/v2/tasks/${taskId}/events`), 403);
    expectProblem(await admin.get(`/v2/tasks/${id}/events`), 404);
  });

  it('says why a task failed to administrators alone, and secrets to nobody', async () => {
    const web = await WebServer.start();
    const { id } = await member.queued();
    const uri = web.refuse('/nothing', 404).replace('//', '//user:secret@');
    const taskId = await importFromWeb(member, id, uri);
    await endOfImport(member, id);
    await web.stop();
    const eventsFor = async (session: ImageSession) =>
      expectStatus(await session.get(`/v2/tasks/${taskId}/events`), 200).json.events;
    const [shown, all] = [await eventsFor(member), await eventsFor(admin)];
    expect(all.at(-1)).toMatchObject({ type: 'TaskFailed', reason: expect.stringContaining('404') });
    expect(shown.at(-1)).not.toHaveProperty('reason');
    expect(JSON.stringify(all)).not.toContain('secret');
  });

  it('tells of metadata definitions to their owners', async () => {
    const namespace = unique('Feed');
    expectStatus(await admin.post('/v2/metadefs/namespaces', { namespace, owner: cast.admin.project }), 201);
    expectStatus(await admin.post(`/v2/metadefs/namespaces/${namespace}/tags/red`), 201);
    const { events } = await page(admin, `?project=${cast.admin.project}`);
    expect(events).toMatchObject([
      {
        namespace,
        type: 'MetadefNamespaceCreated',
        changes: expect.arrayContaining([{ field: 'owner', from: null, to: cast.admin.project }]),
      },
      { namespace, type: 'MetadefTagsAdded', changes: [{ field: 'tag red', from: null, to: true }] },
    ]);
    expect(await summary(member)).toEqual([]);
  });

  it.each([
    'type=AuditCheckpointSigned',
    'type=ImageExploded',
    'since=now',
    'until=x',
    'marker=x',
    'limit=x',
    'sort_dir=up',
  ])('refuses %s', async (query) => {
    expectProblem(await member.get(`/v2/events?${query}`), 400);
    expectProblem(await member.get(`/v2/events?${query}`, STREAM), 400);
  });

  it('is nothing for those who may not read', async () => {
    expectProblem(await as(cast.withoutReaderRole).get('/v2/events'), 403);
    expectProblem(await as(cast.withoutReaderRole).get('/v2/events', STREAM), 403);
    expectStatus(await new ImageSession(() => service.url, null).get('/v2/events'), 401);
  });

  it.each(['*/*', 'text/*', 'text/event-stream;q=0.5, application/json'])('is a list for %s', async (accept) => {
    const { id } = await member.create();
    const { headers, json } = expectStatus(await member.get('/v2/events', { Accept: accept }), 200);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(json.events).toMatchObject([{ image_id: id }]);
  });

  describe('as a stream', () => {
    it('tells what happens from now on, to the caller’s images only', async () => {
      await member.create({ name: 'before' });
      const feed = await open(cast.member);
      const { id } = await member.create({ name: 'one' });
      await other.create();
      expectStatus(await member.patch(id, rename('two')), 200);
      const events = await feed.first(2);
      expect(events.map(({ data }) => data)).toEqual((await member.get(`/v2/images/${id}/events`)).json.events);
      expect(events.map(({ id: position }) => position)).toEqual(events.map(({ data }) => data.position));
      expect(feed.events()).toHaveLength(2);
    });

    it('goes on behind the last event that the client has got', async () => {
      const feed = await open(cast.member);
      const [one] = [await member.create(), await member.create()];
      const [first] = await feed.first(2);
      feed.close();
      expect(first!.data.image_id).toBe(one.id);
      const third = await member.create();
      const resumed = await open(cast.member, '', { 'Last-Event-ID': first!.id });
      expect((await resumed.first(2)).map(({ data }) => data.image_id).at(-1)).toBe(third.id);
      const marked = await open(cast.member, `?marker=${first!.id}`);
      expect(await marked.first(2)).toEqual(await resumed.first(2));
    });

    it('begins in the past when a time is given, and obeys the other filters', async () => {
      const { id } = await member.create();
      await other.create();
      const feed = await open(
        cast.admin,
        `?since=2000-01-01T00:00:00Z&project=${cast.member.project}&type=ImageCreated`,
      );
      expect((await feed.first(1)).map(({ data }) => data.image_id)).toEqual([id]);
      expectStatus(await member.patch(id, rename('two')), 200);
      const next = await member.create();
      expect((await feed.first(2)).at(-1)!.data.image_id).toBe(next.id);
    });

    it('gives many clients every event once, in order', async () => {
      const streams = await Promise.all([1, 2, 3].map(() => open(cast.member)));
      const ids = (await Promise.all(Array.from({ length: 30 }, () => member.create()))).map(({ id }) => id);
      for (const stream of streams) {
        const events = await stream.first(30);
        expect(events.map(({ data }) => data.image_id).toSorted()).toEqual(ids.toSorted());
        expect(events.map(({ id }) => Number(id))).toEqual(
          events.map(({ id }) => Number(id)).toSorted((a, b) => a - b),
        );
      }
    });

    it.each(['until=2999-01-01T00:00:00Z', 'sort_dir=desc'])('refuses %s', async (query) => {
      expectProblem(await member.get(`/v2/events?${query}`, STREAM), 400);
    });

    it('refuses a position that is none', async () => {
      const headers = { ...STREAM, 'Last-Event-ID': 'x' };
      expectProblem(await member.get('/v2/events', headers), 400);
    });
  });
});

describe('a service that stops', () => {
  it('ends its streams', async () => {
    const service = await startTrustingService();
    const feed = await EventFeed.open(service.url, newCast().member);
    expect(await service.stop()).toBe(0);
    await feed.end();
    await service.remove();
  });
});
