import { createHash } from 'node:crypto';
import { cloudToken, keystoneOptions } from '../../support/cloud.js';
import { newCast } from '../../support/callers.js';
import { eventually } from '../../support/eventually.js';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { ImageSession } from '../../support/image-session.js';
import { expectQueuedWithoutData } from '../../support/queued-image.js';
import { Service } from '../../support/service.js';
import { expectNothingLeft, historyOf } from '../../support/task-aftermath.js';
import { taskEnvironment } from '../../support/task-deployment.js';
import { createTask, endOfImport, endOfTask, importFromWeb, requestImport } from '../../support/task-flows.js';
import { filesOf, newAdmin, newMember } from '../../support/trusting-service.js';
import { patternOf, WebServer } from '../../support/web-server.js';

const MIB = 1024 * 1024;
const BYTES = patternOf(2 * MIB);
const ALGORITHMS = ['md5', 'sha256', 'sha512'] as const;

const hex = (algorithm: string, data: Uint8Array): string => createHash(algorithm).update(data).digest('hex');

describe('importing into the service that runs as one process', () => {
  let service: Service;
  let web: WebServer;
  let member: ImageSession;
  let admin: ImageSession;

  beforeAll(async () => {
    web = await WebServer.start();
    web.serve('/disk.img', { bytes: BYTES });
    service = await Service.start({
      environment: (dataDir) => ({
        ...taskEnvironment(dataDir),
        OS_IMAGE_IMPORT_OPTS__MAX_PARALLEL_STORES: '2',
      }),
    });
    [member, admin] = [newMember(service), newAdmin(service)];
  });
  afterAll(async () => {
    await expectNothingLeft(service);
    await service.remove();
    await web.stop();
  });

  const expectActive = async (id: string, stores = ['fast'], owner = member): Promise<void> => {
    expect((await endOfImport(owner, id)).status).toBe('success');
    const image = await owner.show(id);
    expect(image).toMatchObject({
      status: 'active',
      size: BYTES.length,
      checksum: hex('md5', BYTES),
      os_hash_value: hex('sha512', BYTES),
    });
    expect(image.stores.split(',').toSorted()).toEqual(stores);
    expect((await owner.download(id)).body.equals(BYTES)).toBe(true);
    expect(await filesOf(service, id)).toHaveLength(stores.length);
  };

  describe('from the web', () => {
    it.each(ALGORITHMS)('data with the %s checksum that was named', async (algorithm) => {
      const { id } = await member.queued();
      const checksum = { algorithm, value: hex(algorithm, BYTES).toUpperCase() };
      await importFromWeb(member, id, web.url('/disk.img'), { checksum });
      await expectActive(id);
    });

    it.each(ALGORITHMS)('not data with another %s checksum than was named', async (algorithm) => {
      const { id } = await member.queued();
      const checksum = { algorithm, value: hex(algorithm, Buffer.from('something else')) };
      await importFromWeb(member, id, web.url('/disk.img'), { checksum });
      const task = await endOfImport(member, id);
      expect(task).toMatchObject({ status: 'failure', message: expect.stringMatching(/checksum/) });
      await expectQueuedWithoutData(member, id);
      expect(await filesOf(service, id)).toEqual([]);
      expect((await historyOf(service, id)).at(-1)).toMatchObject({ event: 'ImageImportFailed', reason: task.message });
    });

    it('after a redirect, and without a word of its credentials anywhere', async () => {
      const { id } = await member.queued();
      const redirect = web.redirect('/moved.img', web.url('/disk.img'));
      await importFromWeb(member, id, redirect.replace('http://', 'http://user:opensesame@'));
      await expectActive(id);
      const asked = web.requests.find(({ path }) => path === '/moved.img');
      expect(asked?.headers.authorization).toBe(`Basic ${Buffer.from('user:opensesame').toString('base64')}`);
      const task = await endOfImport(member, id);
      const told = await service.command('events', 'tail', '--json');
      expect(JSON.stringify(task) + told.stdout + service.log).not.toContain('opensesame');
    });

    it('to two stores at the same time', async () => {
      const { id } = await member.queued();
      await importFromWeb(member, id, web.url('/disk.img'), { stores: ['slow', 'fast'] });
      await expectActive(id, ['fast', 'slow']);
    });

    it('nothing, of which nothing is copied', async () => {
      const { id } = await member.queued();
      await importFromWeb(member, id, web.serve('/empty.img', { bytes: Buffer.alloc(0) }));
      expect(await endOfImport(member, id)).toMatchObject({ status: 'success', message: '' });
    });

    it('data that is not of the format of the image is refused', async () => {
      const { id } = await member.queued({ disk_format: 'qcow2' });
      await importFromWeb(member, id, web.url('/disk.img'));
      expect((await endOfImport(member, id)).status).toBe('failure');
      await expectQueuedWithoutData(member, id);
    });
  });

  it('staged data, to all stores', async () => {
    const { id } = await member.staged({}, BYTES);
    expectStatus(await requestImport(member, id, { method: { name: 'glance-direct' }, all_stores: true }), 202);
    await expectActive(id, ['fast', 'slow']);
  });

  it('an active image to another store', async () => {
    const { id } = await admin.active({ visibility: 'public' }, BYTES);
    expectStatus(await requestImport(admin, id, { method: { name: 'copy-image' }, all_stores: true }), 202);
    await expectActive(id, ['fast', 'slow'], admin);
    expectStatus(await admin.delete(`/v2/images/${id}`), 204);
    await eventually(async () => expect(await filesOf(service, id)).toEqual([]));
  });

  describe('an import that is watched', () => {
    it('shows how far it is, in the task and in a stream of events that ends with it', async () => {
      const { id } = await admin.queued();
      const taskId = await importFromWeb(admin, id, web.serve('/slow.img', { bytes: BYTES, bytesPerS: MIB / 2 }));
      const stream = admin.get(`/v2/tasks/${taskId}/progress`);
      await eventually(async () => {
        const task = expectStatus(await admin.get(`/v2/tasks/${taskId}`), 200).json;
        expect(task).toMatchObject({
          status: 'processing',
          message: expect.stringMatching(/^Copied \d+ MiB$/),
          progress: { step: 'download', bytes_expected: BYTES.length },
        });
        expect(task.progress.bytes_done).toBeGreaterThan(0);
      });
      const { headers, text } = expectStatus(await stream, 200);
      expect(headers['content-type']).toMatch(/^text\/event-stream/);
      expect(text).toMatch(/^event: progress\ndata: \{.*"step":"download".*\}$/m);
      expect(text.trimEnd().split('\n\n').at(-1)).toMatch(/^event: end\ndata: \{"status":"success"/);
      const { progress, message } = await endOfTask(admin, taskId);
      expect([progress, message]).toEqual([undefined, 'Copied 2 MiB']);
    });

    it('is nobody’s business but administrators’', async () => {
      const { id } = await member.queued();
      const taskId = await importFromWeb(member, id, web.url('/disk.img'));
      expectProblem(await member.get(`/v2/tasks/${taskId}/progress`), 403);
      await expectActive(id);
    });
  });

  describe('by a task of type import', () => {
    const input = (properties: object) => ({
      import_from: web.url('/disk.img'),
      import_from_format: 'raw',
      image_properties: { disk_format: 'raw', container_format: 'bare', ...properties },
    });

    it('makes a new image', async () => {
      const taskId = await createTask(admin, 'import', input({ name: 'legacy', colour: 'red', tags: ['a'] }));
      const task = await endOfTask(admin, taskId);
      expect(task).toMatchObject({ status: 'success', result: { image_id: expect.any(String) } });
      const image = await admin.show(task.result.image_id);
      expect(image).toMatchObject({ status: 'active', name: 'legacy', colour: 'red', tags: ['a'], size: BYTES.length });
      expect((await admin.download(image.id)).body.equals(BYTES)).toBe(true);
    });

    it('makes none if that fails', async () => {
      const refused = { ...input({ name: 'never' }), import_from: web.refuse('/forbidden.img', 403) };
      const task = await endOfTask(admin, await createTask(admin, 'import', refused));
      expect(task).toMatchObject({ status: 'failure', result: null, message: expect.stringMatching(/403/) });
      expect(await admin.names('?name=never')).toEqual([]);
    });
  });
});

describe('importing from another image service', () => {
  let there: Service;

  const environment = (dataDir: string) => ({
    ...taskEnvironment(dataDir),
    OS_HINDSIGHT__TASK_ATTEMPTS: '1',
  });

  const method = (imageId: string, region = 'There') => ({
    method: { name: 'glance-download', glance_region: region, glance_image_id: imageId },
  });

  const original = {
    name: 'original',
    hw_machine_type: 'q35',
    os_type: 'linux',
    colour: 'red',
    disk_format: 'raw',
    container_format: 'bare',
  };

  describe('that the operator names', () => {
    let here: Service;
    let [one, other]: [ImageSession, ImageSession] = [null!, null!];

    beforeAll(async () => {
      there = await Service.start({ environment });
      here = await Service.start({
        environment: (dataDir) => ({
          ...environment(dataDir),
          OS_HINDSIGHT__GLANCE_DOWNLOAD_ENDPOINTS: `There:${there.url}`,
        }),
      });
      const { member } = newCast();
      [one, other] = [there, here].map((service) => new ImageSession(() => service.url, member)) as [
        ImageSession,
        ImageSession,
      ];
    });
    afterAll(async () => {
      await expectNothingLeft(here);
      await here.remove();
      await there.remove();
    });

    it('takes over data, formats, and what the operator wants of the properties', async () => {
      const source = await one.active(original, BYTES);
      const { id } = await other.queued({ name: 'copy', disk_format: 'qcow2' });
      expectStatus(await requestImport(other, id, method(source.id)), 202);
      expect((await endOfImport(other, id)).status).toBe('success');
      const image = await other.show(id);
      const { checksum, size, disk_format, hw_machine_type, os_type } = source;
      expect(image).toMatchObject({ name: 'copy', checksum, size, disk_format, hw_machine_type, os_type });
      expect(image).not.toHaveProperty('colour');
      expect((await other.download(id)).body.equals(BYTES)).toBe(true);
    });

    it('fails for an image that is not there, and takes nothing over', async () => {
      const { id } = await other.queued({ disk_format: 'qcow2' });
      const unknown = '00000000-0000-4000-8000-00000000dead';
      expectStatus(await requestImport(other, id, method(unknown)), 202);
      expect(await endOfImport(other, id)).toMatchObject({ status: 'failure', message: expect.stringMatching(/404/) });
      await expectQueuedWithoutData(other, id);
      expect((await other.show(id)).disk_format).toBe('qcow2');
    });

    it('fails for an image without data', async () => {
      const source = await one.queued();
      const { id } = await other.queued({ disk_format: 'qcow2' });
      expectStatus(await requestImport(other, id, method(source.id)), 202);
      expect(await endOfImport(other, id)).toMatchObject({
        status: 'failure',
        message: expect.stringMatching(/queued/),
      });
      expect(await other.show(id)).toMatchObject({ status: 'queued', disk_format: 'qcow2' });
    });

    it('fails in a region that nobody knows', async () => {
      const source = await one.active(original, BYTES);
      const { id } = await other.queued();
      expectStatus(await requestImport(other, id, method(source.id, 'Nowhere')), 202);
      expect(await endOfImport(other, id)).toMatchObject({
        status: 'failure',
        message: expect.stringMatching(/Nowhere/),
      });
    });
  });

  describe('that stands in the catalog of the user', () => {
    let here: Service;
    let token: string;
    let [one, other]: [ImageSession, ImageSession] = [null!, null!];

    beforeAll(async () => {
      there = await Service.start({ environment: () => ({ OS_HINDSIGHT__REGION: 'There' }) });
      const keystone = await keystoneOptions(there);
      here = await Service.start({ environment: (dataDir) => ({ ...environment(dataDir), ...keystone }) });
      token = await cloudToken(there, 'hindsight-demo');
      const user = { project: '', token };
      [one, other] = [there, here].map((service) => new ImageSession(() => service.url, user)) as [
        ImageSession,
        ImageSession,
      ];
    });
    afterAll(async () => {
      await expectNothingLeft(here);
      await here.remove();
      await there.remove();
    });

    it('asks there in the name of the user, whose token it keeps to itself', async () => {
      const source = await one.active({ ...original, visibility: 'private' }, BYTES);
      const { id } = await other.queued();
      expectStatus(await requestImport(other, id, method(source.id)), 202);
      expect((await endOfImport(other, id)).status).toBe('success');
      expect((await other.download(id)).body.equals(BYTES)).toBe(true);
      const told = await here.command('events', 'tail', '--json');
      expect(told.stdout + here.log).not.toContain(token);
    });
  });
});
