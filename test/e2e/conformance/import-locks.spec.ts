import { describeConformance } from '../../support/conformance-target.js';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { OWNER } from '../../support/image-workbench.js';
import { askedImport, openImportWorkbench } from '../../support/import-workbench.js';
import type { ImportWorkbench } from '../../support/import-workbench.js';
import { endOfImport, imageBecomes, importFromWeb, requestImport, taskOf } from '../../support/task-flows.js';
import { WebServer } from '../../support/web-server.js';

describeConformance('an image that is being imported', 'web-import', (target) => {
  let web: WebServer;
  let gate: PromiseWithResolvers<void>;

  beforeAll(async () => {
    web = await WebServer.start();
  });
  beforeEach(() => {
    gate = Promise.withResolvers();
  });
  afterEach(() => gate.resolve());
  afterAll(() => web.stop());

  const slowFile = (): string => web.serve('/slow.img', { bytes: Buffer.from('ABCDEFGHIJ'), after: gate.promise });

  it('IMP-27 takes no other import', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const uri = slowFile();
    const taskId = await importFromWeb(member, id, uri);
    const again = { method: { name: 'web-download', uri } };
    expectProblem(await requestImport(member, id, again), 409);
    await imageBecomes(member, id, 'importing');
    expectProblem(await requestImport(member, id, again), 409);
    gate.resolve();
    expect(await endOfImport(member, id)).toMatchObject({ id: taskId, status: 'success' });
    expect((await member.get(`/v2/images/${id}/tasks`)).json.tasks).toHaveLength(1);
  });

  it('IMP-39 keeps its lock from being patched', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    await importFromWeb(member, id, slowFile());
    const { os_glance_import_task: lock } = await imageBecomes(member, id, 'importing');
    expect(lock).toBe(await taskOf(member, id));
    const path = '/os_glance_import_task';
    for (const operation of [
      { op: 'replace', path, value: 'x' },
      { op: 'add', path, value: 'x' },
      { op: 'remove', path },
    ])
      expectProblem(await member.patch(id, [operation]), 403);
    expect((await member.show(id)).os_glance_import_task).toBe(lock);
    gate.resolve();
    expect((await endOfImport(member, id)).status).toBe('success');
    expectStatus(await member.patch(id, [{ op: 'replace', path: '/name', value: 'done' }]), 200);
  });
});

/** Without a server: here time passes when a test says so. */
describe('an old lock of an import', () => {
  let bench: ImportWorkbench;

  beforeEach(async () => {
    bench = await openImportWorkbench();
  });
  afterEach(() => bench.close());

  const request = (imageId: string): Promise<void> =>
    bench.imports.request(askedImport({ imageId }), { caller: OWNER, requestId: 'req-1', token: null });

  /** An image that is locked, and the task that has the lock. */
  const locked = async (): Promise<{ imageId: string; taskId: string }> => {
    const imageId = await bench.staged();
    await request(imageId);
    return { imageId, taskId: (await bench.lockOf(imageId)) ?? '' };
  };

  it('IMP-28 is taken over from a task that has been silent for an hour, which fails', async () => {
    const { imageId, taskId } = await locked();
    await bench.tasks.handle({ type: 'StartTask', taskId }, { actor: OWNER, requestId: null });
    bench.letMinutesPass(59);
    await expect(request(imageId)).rejects.toMatchObject({ code: 'image.import_conflict' });
    bench.letMinutesPass(2);
    await request(imageId);
    expect(await bench.readModel.find(taskId)).toMatchObject({ status: 'failure', message: 'Expired lock preempted' });
    expect(await bench.lockOf(imageId)).not.toBe(taskId);
  });

  it('IMP-29 is taken over from a task that is not there', async () => {
    const imageId = await bench.staged();
    const taskId = '00000000-0000-4000-8000-000000000001';
    const asked = { method: 'glance-direct', stores: ['fast'], allStoresMustSucceed: true } as const;
    const nothing = { uri: null, checksum: null, remoteImage: null };
    const wish = { ...asked, ...nothing, stores: [...asked.stores] };
    await bench.act({ type: 'RequestImport', imageId, taskId, request: wish, preempts: null });
    await request(imageId);
    expect(await bench.lockOf(imageId)).not.toBe(taskId);
    expect(await bench.tasksOf(imageId)).toHaveLength(1);
  });

  it('IMP-42 is taken over from a task that has waited for two hours, not for one', async () => {
    const { imageId, taskId } = await locked();
    bench.letMinutesPass(61);
    await expect(request(imageId)).rejects.toMatchObject({ code: 'image.import_conflict' });
    expect(await bench.lockOf(imageId)).toBe(taskId);
    bench.letMinutesPass(60);
    await request(imageId);
    expect(await bench.readModel.find(taskId)).toMatchObject({ status: 'failure', message: 'Expired lock preempted' });
    expect(await bench.lockOf(imageId)).not.toBe(taskId);
  });
});
