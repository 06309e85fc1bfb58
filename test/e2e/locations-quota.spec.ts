import { randomBytes } from 'node:crypto';
import { expectEmpty, expectProblem, expectStatus } from '../support/expectations.js';
import type { ImageSession } from '../support/image-session.js';
import { expectQueuedWithoutData } from '../support/queued-image.js';
import { Service } from '../support/service.js';
import { WITH_WEB_LOCATIONS } from '../support/service-options.js';
import { taskEnvironment } from '../support/task-deployment.js';
import { endOfImport } from '../support/task-flows.js';
import { newAdmin, newMember } from '../support/trusting-service.js';
import { WebServer } from '../support/web-server.js';

/** Bytes that all images of one project may have, each location in full. */
const QUOTA = 1000;

describe('locations and the quota of a project', () => {
  let service: Service;
  let web: WebServer;
  let member: ImageSession;

  beforeAll(async () => {
    web = await WebServer.start();
    service = await Service.start({
      environment: (dataDir) => ({
        ...taskEnvironment(dataDir),
        ...WITH_WEB_LOCATIONS,
        OS_DEFAULT__USER_STORAGE_QUOTA: String(QUOTA),
        OS_HINDSIGHT__TASK_ATTEMPTS: '1',
      }),
    });
  });
  afterAll(async () => {
    await service.remove();
    await web.stop();
  });
  beforeEach(() => (member = newMember(service)));

  const served = (sizeBytes: number, path = `/${sizeBytes}`): string =>
    web.serve(path, { bytes: Buffer.alloc(sizeBytes, 'x') });
  const add = (id: string, ...urls: string[]) =>
    member.patch(
      id,
      urls.map((url) => ({ op: 'add', path: '/locations/-', value: { url, metadata: {} } })),
    );
  const replaceWith = (id: string, ...urls: string[]) =>
    member.patch(id, [{ op: 'replace', path: '/locations', value: urls.map((url) => ({ url, metadata: {} })) }]);

  it('a location may fill it to the last byte, and no further', async () => {
    const over = await member.queued();
    expectProblem(await add(over.id, served(QUOTA + 1)), 413, 'will exceed the limit');
    await expectQueuedWithoutData(member, over.id);
    expect((await member.show(over.id)).locations).toEqual([]);

    const { id } = await member.queued();
    expectStatus(await add(id, served(QUOTA)), 200);
    expect(await member.show(id)).toMatchObject({ status: 'active', size: QUOTA });
    const next = await member.queued();
    expectProblem(await add(next.id, served(1)), 413, '0 bytes remaining');
    expectProblem(await member.upload(next.id, 'x'), 413);
  });

  it('each location counts in full, also when several come in one request', async () => {
    const one = await member.queued();
    expectProblem(await add(one.id, served(400, '/a'), served(400, '/b'), served(400, '/c')), 413);
    expect(await member.show(one.id)).toMatchObject({ status: 'queued', locations: [] });
    expectStatus(await add(one.id, served(400, '/a'), served(400, '/b')), 200);
    expectProblem(await add(one.id, served(400, '/c')), 413, '200 bytes remaining');
    expect((await member.show(one.id)).locations).toHaveLength(2);
  });

  it('the first locations of an image may come as a whole', async () => {
    const { id } = await member.queued();
    expectProblem(await replaceWith(id, served(600, '/a'), served(600, '/b')), 413);
    expect(await member.show(id)).toMatchObject({ status: 'queued', locations: [] });
    expectStatus(await replaceWith(id, served(500, '/a'), served(500, '/b')), 200);
    expect(await member.show(id)).toMatchObject({ status: 'active', size: 500 });
  });

  it('a location that is given up makes room, and what an image has already is not asked for again', async () => {
    const { id } = await member.queued();
    const [first, second] = [served(500, '/a'), served(500, '/b')];
    expectStatus(await add(id, first, second), 200);
    const locations = (await member.show(id)).locations.map(({ url }: { url: string }) => url);
    expectStatus(await replaceWith(id, ...locations.toReversed()), 200);
    expectProblem(await add(id, served(500, '/c')), 413);
    expectStatus(await newAdmin(service).patch(id, [{ op: 'remove', path: '/locations/0' }]), 200);
    expectStatus(await add(id, served(500, '/c')), 200);
    expectEmpty(await member.delete(`/v2/images/${id}`), 204);
    expectStatus(await member.upload((await member.queued()).id, randomBytes(QUOTA)), 204);
  });

  it('a registered location that does not fit fails, and leaves a queued image', async () => {
    const { id } = await member.queued();
    const body = { url: served(QUOTA + 1), validation_data: {} };
    expectEmpty(await member.post(`/v2/images/${id}/locations`, body), 202);
    expect(await endOfImport(member, id)).toMatchObject({
      status: 'failure',
      message: expect.stringContaining('will exceed the limit'),
    });
    await expectQueuedWithoutData(member, id);
    expectEmpty(await member.post(`/v2/images/${id}/locations`, { url: served(QUOTA) }), 202);
    expect(await endOfImport(member, id)).toMatchObject({ status: 'success' });
  });

  it('what one project has is not held against another', async () => {
    const other = newMember(service);
    const { id } = await member.queued();
    expectStatus(await add(id, served(QUOTA)), 200);
    const theirs = await other.queued();
    expectStatus(
      await other.patch(theirs.id, [{ op: 'add', path: '/locations/-', value: { url: served(QUOTA), metadata: {} } }]),
      200,
    );
  });
});
