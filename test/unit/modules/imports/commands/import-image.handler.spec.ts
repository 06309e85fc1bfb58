import type { Caller } from '../../../../../src/auth/caller.js';
import type { AskedImport } from '../../../../../src/modules/imports/commands/asked-import.js';
import { OWNER } from '../../../../support/image-workbench.js';
import { ADMIN, askedImport, openImportWorkbench } from '../../../../support/import-workbench.js';
import type { ImportWorkbench } from '../../../../support/import-workbench.js';
import { addedLocation } from '../../../../support/added-location.js';

const WEB = { method: 'web-download', uri: 'http://user:secret@images.example/a.img' } as const;
const STRANGER: Caller = { ...OWNER, userId: 'u2', projectId: 'p2' };

let bench: ImportWorkbench;

const request = (imageId: string, fields: Partial<AskedImport> = {}, caller = OWNER, token: string | null = null) =>
  bench.imports.request(askedImport({ imageId, ...fields }), { caller, requestId: 'req-1', token });

const refusalOf = async (asked: Promise<void>): Promise<unknown> =>
  asked.then(
    () => 'accepted',
    (error: unknown) => (error as { code?: unknown }).code ?? error,
  );

const messageOf = async (asked: Promise<void>): Promise<string> =>
  asked.then(
    () => 'accepted',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe('asking for an import', () => {
  beforeEach(async () => {
    bench = await openImportWorkbench();
  });
  afterEach(() => bench.close());

  it('locks the image for a task that can be seen at once', async () => {
    const imageId = await bench.staged();
    await request(imageId);
    const [task, ...others] = await bench.tasksOf(imageId);
    expect(others).toEqual([]);
    expect(task).toMatchObject({
      id: await bench.lockOf(imageId),
      type: 'api_image_import',
      status: 'pending',
      owner: OWNER.projectId,
      imageId,
      requestId: 'req-1',
      userId: OWNER.userId,
      input: { image_id: imageId, import_req: { method: { name: 'glance-direct' } }, backend: ['fast'] },
    });
  });

  it('says in the task what was asked for', async () => {
    const imageId = await bench.queued();
    const checksum = { algorithm: 'md5', value: 'a'.repeat(32) } as const;
    await request(imageId, { ...WEB, checksum, stores: ['fast', 'slow'], allStoresMustSucceed: false });
    expect((await bench.tasksOf(imageId))[0]?.input).toEqual({
      image_id: imageId,
      import_req: {
        method: { name: 'web-download', uri: 'http://images.example/a.img', checksum },
        stores: ['fast', 'slow'],
        all_stores_must_succeed: false,
      },
      backend: ['fast', 'slow'],
    });
  });

  it.each([
    [{ stores: ['fast'] }, { stores: ['fast'] }, ['fast']],
    [{ allStores: true }, { all_stores: true }, ['fast', 'slow']],
    [{ storeHeader: 'slow' }, {}, ['slow']],
    [{ stores: [] }, {}, ['fast']],
  ])('says which stores were meant as it was said: %j', async (asked, told, backend) => {
    const imageId = await bench.queued();
    await request(imageId, { ...WEB, ...asked });
    const method = { name: 'web-download', uri: 'http://images.example/a.img' };
    expect((await bench.tasksOf(imageId))[0]?.input).toEqual({
      image_id: imageId,
      import_req: { method, ...told },
      backend,
    });
  });

  it('keeps the credentials of a URI for the worker, and out of the log', async () => {
    const imageId = await bench.queued();
    await request(imageId, WEB);
    const taskId = (await bench.lockOf(imageId)) ?? '';
    expect(await bench.secrets.find(taskId)).toEqual({ uri: WEB.uri });
    const log = await bench.eventStore.readAll(0n, 100);
    expect(JSON.stringify(log.map(({ data, metadata }) => [data, metadata]))).not.toContain('secret');
  });

  it('keeps the token for the worker only where it asks another image service', async () => {
    const [remote, web] = [await bench.queued(), await bench.queued()];
    const remoteImage = { region: 'R2', imageId: '11111111-2222-4333-8444-555555555555', interface: 'public' };
    await request(remote, { method: 'glance-download', remoteImage }, OWNER, 'my-token');
    await request(web, { ...WEB, uri: 'http://images.example/a.img' }, OWNER, 'my-token');
    expect(await bench.secrets.find((await bench.lockOf(remote)) ?? '')).toEqual({ token: 'my-token' });
    expect(await bench.secrets.find((await bench.lockOf(web)) ?? '')).toBeNull();
    expect((await bench.tasksOf(remote))[0]?.input).toMatchObject({
      import_req: { method: { glance_region: 'R2', glance_image_id: remoteImage.imageId } },
    });
  });

  it('does nothing when a copy to all stores finds the data everywhere', async () => {
    const imageId = await bench.active('fast');
    const [location] = (await bench.images.stateOf(imageId)).locations;
    const second = { ...location!, store: 'slow', url: 'memory://second' };
    await bench.act(addedLocation(imageId, second, 10));
    await request(imageId, { method: 'copy-image', allStores: true }, ADMIN);
    expect([await bench.lockOf(imageId), await bench.tasksOf(imageId)]).toEqual([null, []]);
  });

  describe('is refused', () => {
    it('while the image is in a status that does not fit the method', async () => {
      const [queued, staged, active] = [await bench.queued(), await bench.staged(), await bench.active()];
      const conflict = 'image.status_conflict';
      expect(await refusalOf(request(queued))).toBe(conflict);
      expect(await refusalOf(request(staged, WEB))).toBe(conflict);
      expect(await refusalOf(request(active, WEB))).toBe(conflict);
      expect(await refusalOf(request(queued, { method: 'copy-image' }, ADMIN))).toBe(conflict);
    });

    it('before both formats are known', async () => {
      for (const missing of [{ diskFormat: null }, { containerFormat: null }])
        expect(await refusalOf(request(await bench.staged(missing)))).toBe('image.import_conflict');
    });

    it('to whom the image is not there, and to whom it does not belong', async () => {
      const [hidden, open] = [await bench.staged(), await bench.staged({ visibility: 'public' })];
      expect(await refusalOf(request(hidden, {}, STRANGER))).toBe('image.not_found');
      expect(await refusalOf(request(open, {}, STRANGER))).toBe('auth.forbidden');
    });

    it('to everybody but administrators, when it is a copy', async () => {
      const imageId = await bench.active();
      const copy = { method: 'copy-image', stores: ['slow'] } as const;
      expect(await refusalOf(request(imageId, copy))).toBe('auth.forbidden');
      expect(await refusalOf(request(imageId, copy, ADMIN))).toBe('accepted');
    });

    it.each([
      [{ region: null, imageId: 'x' }, 'glance_region'],
      [{ region: 'R', imageId: null }, 'glance_image_id'],
      [{ region: 'R', imageId: 'x' }, 'image id does not look like a UUID'],
    ])('when the image of the other service is %j', async (remote, text) => {
      const remoteImage = { interface: 'public', ...remote };
      const imageId = await bench.queued();
      expect(await messageOf(request(imageId, { method: 'glance-download', remoteImage }))).toContain(text);
    });

    it.each([
      null,
      'ftp://images.example/a',
      'http://images.example:22/a',
      'http://2130706433/',
      'http://0x7f000001/',
      'http://127.1/',
      'http://127.0.0.1/',
      'http://198.51.100.66/',
      'nonsense',
    ])('when the data is to come from %s', async (uri) => {
      const imageId = await bench.queued();
      const asked = request(imageId, { method: 'web-download', uri });
      expect(await refusalOf(asked)).toBe('image.import_refused');
      expect(await messageOf(asked)).toMatch(uri === null ? "'uri'" : 'does not pass filtering');
      expect(await bench.lockOf(imageId)).toBeNull();
    });

    it('without telling the credentials that it was sent', async () => {
      const asked = request(await bench.queued(), { method: 'web-download', uri: 'http://u:secret@198.51.100.66/' });
      expect(await messageOf(asked)).toBe('URI for web-download does not pass filtering: http://198.51.100.66/');
    });

    it('for what is wrong with the image before what is wrong with the request', async () => {
      const queued = await bench.queued();
      const everythingWrong = { stores: ['nope'], allStores: true } as const;
      expect(await refusalOf(request(queued, everythingWrong))).toBe('image.status_conflict');
      const open = await bench.queued({ visibility: 'public' });
      const remoteImage = { region: null, imageId: null, interface: 'public' };
      const remote = { method: 'glance-download', remoteImage, ...everythingWrong } as const;
      expect(await messageOf(request(open, remote, STRANGER))).toContain('glance_region');
      const forbidden = { ...WEB, uri: 'ftp://x', ...everythingWrong } as const;
      expect(await refusalOf(request(open, forbidden, STRANGER))).toBe('auth.forbidden');
      expect(await messageOf(request(open, { ...forbidden, allStores: false }, ADMIN))).toContain('nope');
    });

    it('while another import holds the lock', async () => {
      const imageId = await bench.staged();
      await request(imageId);
      const holder = await bench.lockOf(imageId);
      expect(await messageOf(request(imageId, { stores: ['nope'] }))).toContain('has active task');
      expect(await bench.lockOf(imageId)).toBe(holder);
    });

    it('to all but one of those who ask at the same time', async () => {
      const imageId = await bench.staged();
      const answers = await Promise.all(Array.from({ length: 4 }, () => refusalOf(request(imageId))));
      expect(answers.toSorted()).toEqual(['accepted', ...Array.from({ length: 3 }, () => 'image.import_conflict')]);
      expect(await bench.tasksOf(imageId)).toHaveLength(1);
    });
  });

  describe('when the lock is old', () => {
    let imageId: string;
    let holder: string;

    beforeEach(async () => {
      imageId = await bench.staged();
      await request(imageId);
      holder = (await bench.lockOf(imageId)) ?? '';
    });

    const start = () => bench.tasks.handle({ type: 'StartTask', taskId: holder }, { actor: OWNER, requestId: null });

    const mustBeHeld = async (): Promise<void> => {
      expect(await refusalOf(request(imageId))).toBe('image.import_conflict');
      expect(await bench.lockOf(imageId)).toBe(holder);
    };

    const mustBePreempted = async (): Promise<void> => {
      await request(imageId);
      const successor = await bench.lockOf(imageId);
      expect(successor).not.toBe(holder);
      expect(await bench.readModel.find(holder)).toMatchObject({
        status: 'failure',
        message: 'Expired lock preempted',
      });
      expect(await bench.readModel.find(successor ?? '')).toMatchObject({ status: 'pending', imageId });
    };

    it('a task that waits keeps it for two hours', async () => {
      bench.letMinutesPass(119);
      await mustBeHeld();
      bench.letMinutesPass(2);
      await mustBePreempted();
    });

    it('a task that was begun keeps it for an hour', async () => {
      await start();
      bench.letMinutesPass(59);
      await mustBeHeld();
      bench.letMinutesPass(2);
      await mustBePreempted();
    });

    it('a task that makes progress keeps it', async () => {
      await start();
      bench.letMinutesPass(50);
      const updatedAt = bench.clock.now().toISOString();
      await bench.progress.report(holder, { step: 'download', bytesDone: 1, bytesExpected: null, updatedAt });
      bench.letMinutesPass(50);
      await mustBeHeld();
      bench.letMinutesPass(11);
      await mustBePreempted();
    });

    it('a task that has ended without giving it back loses it after an hour', async () => {
      await bench.endTask.fail(holder, 'broken');
      bench.letMinutesPass(59);
      await mustBeHeld();
      bench.letMinutesPass(2);
      await request(imageId);
      expect(await bench.lockOf(imageId)).not.toBe(holder);
      expect(await bench.readModel.find(holder)).toMatchObject({ status: 'failure', message: 'broken' });
    });

    it('it is not taken away by a request that is refused in the end', async () => {
      bench.letMinutesPass(121);
      expect(await refusalOf(request(imageId, { stores: ['nope'] }))).toBe('image.import_conflict');
      expect(await bench.lockOf(imageId)).toBe(holder);
      expect(await bench.readModel.find(holder)).toMatchObject({ status: 'pending' });
    });
  });

  it('takes over a lock without a task when there has been time to create the task', async () => {
    const imageId = await bench.staged();
    const taskId = '00000000-0000-4000-8000-000000000001'; // of a time that nobody knows
    const asked = { uri: null, checksum: null, remoteImage: null, stores: ['fast'], allStoresMustSucceed: true };
    const lock = { taskId, request: { ...asked, method: 'glance-direct' as const }, preempts: null };
    await bench.act({ type: 'RequestImport', imageId, ...lock });
    await request(imageId);
    expect(await bench.lockOf(imageId)).not.toBe(taskId);
    expect(await bench.tasksOf(imageId)).toHaveLength(1);
  });
});

describe('asking for an import where clients know of one store only', () => {
  beforeEach(async () => {
    bench = await openImportWorkbench({ singleStore: true });
  });
  afterEach(() => bench.close());

  it('pays no attention to what is said of stores', async () => {
    const imageId = await bench.staged();
    await request(imageId, { allStores: true, stores: ['nope'] });
    expect((await bench.tasksOf(imageId))[0]?.input).toEqual({
      image_id: imageId,
      import_req: { method: { name: 'glance-direct' } },
      backend: [null],
    });
  });

  it('cannot let some stores fail', async () => {
    const imageId = await bench.staged();
    expect(await refusalOf(request(imageId, { allStoresMustSucceed: false }))).toBe('image.import_refused');
  });

  it('cannot copy', async () => {
    const imageId = await bench.active();
    expect(await refusalOf(request(imageId, { method: 'copy-image', allStores: true }, ADMIN))).toBe(
      'image.import_refused',
    );
  });
});
