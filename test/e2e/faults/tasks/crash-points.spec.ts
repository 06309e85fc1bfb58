import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describeWithBackend } from '../../../support/backends.js';
import { around, dyingAt } from '../../../support/crash-point.js';
import type { EventSample } from '../../../support/crash-point.js';
import { eventually } from '../../../support/eventually.js';
import { expectStatus } from '../../../support/expectations.js';
import { imageFilesBelow } from '../../../support/image-files.js';
import { hasQemuImg, qemuImg } from '../../../support/qemu-images.js';
import { eventsOf, expectNothingLeft } from '../../../support/task-aftermath.js';
import { TaskDeployment } from '../../../support/task-deployment.js';
import { createTask, endOfTask, importFromWeb, requestImport, taskOf } from '../../../support/task-flows.js';
import { patternOf, WebServer } from '../../../support/web-server.js';
import { expectQueuedWithoutData } from '../../../support/queued-image.js';

const MIB = 1024 * 1024;
const DISK = patternOf(2 * MIB);
/** For many processes, one after the other; it only ends a test that has failed. */
const LIMIT_MS = 600_000;
const DEATH_LIMIT_MS = 60_000;

const step = (name: string): EventSample => ['TaskStepCompleted', `"step":"${name}"`];
const storedIn = (store: string): EventSample => ['ImageImportedToStore', `"store":"${store}"`];

describe('a task whose workers die one after the other, right before and right after each event', () => {
  let web: WebServer;
  let deployment: TaskDeployment;

  beforeAll(async () => {
    web = await WebServer.start();
    deployment = await TaskDeployment.start({
      environment: {
        OS_IMAGE_IMPORT_OPTS__IMAGE_IMPORT_PLUGINS: '[inject_image_metadata,image_decompression,image_conversion]',
        OS_INJECT_METADATA_PROPERTIES__INJECT: 'origin:web',
        OS_HINDSIGHT__TASK_ATTEMPTS: '1',
      },
    });
  });
  beforeEach(() => deployment.startScrubber());
  afterEach(async () => {
    await expectNothingLeft(deployment.api);
    await deployment.stopProcesses();
  });
  afterAll(async () => {
    await deployment.remove();
    await web.stop();
  });

  /** Starts a worker after the other that dies at the next point, and one that lives; gives the task as it is then. */
  const survive = async (taskId: string, samples: readonly EventSample[]): Promise<any> => {
    for (const point of around(samples)) {
      const victim = await deployment.startWorker(dyingAt(point));
      await eventually(() => {
        if (!victim.isRunning) return;
        throw new Error(`no worker died ${point.when} ${point.event} ${point.data}\n${victim.log}`);
      }, DEATH_LIMIT_MS);
      expect(await victim.exit).toBeNull();
    }
    const survivor = await deployment.startWorker();
    const task = await endOfTask(deployment.admin, taskId);
    expect(await survivor.stop()).toBe(0);
    return task;
  };

  const filesOf = (imageId: string): Promise<string[]> => imageFilesBelow(deployment.dataDir, imageId);

  /** The folder of the store `slow` is no folder any more. */
  const breakSlowStore = async (): Promise<() => Promise<void>> => {
    const folder = join(deployment.dataDir, 'slow');
    await rename(folder, `${folder}.away`);
    await writeFile(folder, 'not a folder');
    return async () => {
      await rm(folder);
      await rename(`${folder}.away`, folder);
    };
  };

  describeWithBackend('qemu-img', hasQemuImg, () => {
    it(
      'a download that is decompressed and converted comes to both stores as if nothing had been',
      async () => {
        const folder = await mkdtemp(join(tmpdir(), 'hindsight-disk-'));
        const [raw, qcow2] = [join(folder, 'disk.raw'), join(folder, 'disk.qcow2')];
        await writeFile(raw, DISK);
        await qemuImg('convert', '-f', 'raw', '-O', 'qcow2', raw, qcow2);
        const uri = web.serve('/disk.qcow2.gz', { bytes: gzipSync(await readFile(qcow2)) });
        await rm(folder, { recursive: true });

        const { member, api } = deployment;
        const { id } = await member.queued({ disk_format: 'qcow2' });
        const taskId = await importFromWeb(member, id, uri, { stores: ['fast', 'slow'] });
        const task = await survive(taskId, [
          'TaskStarted',
          'ImageImportStarted',
          step('download'),
          'ImagePropertiesChanged',
          step('decompress'),
          step('convert'),
          'ImageDetailsChanged',
          storedIn('fast'),
          storedIn('slow'),
          step('store'),
          'ImageImportCompleted',
          'TaskSucceeded',
        ]);
        expect(task).toMatchObject({ status: 'success', result: { image_id: id } });
        expect(await member.show(id)).toMatchObject({ status: 'active', disk_format: 'raw', origin: 'web' });
        expect((await member.download(id)).body.equals(DISK)).toBe(true);
        expect(await filesOf(id)).toHaveLength(2);
        expect(web.countOf('/disk.qcow2.gz')).toBe(1);
        expect(await eventsOf(api, id)).toEqual([
          'ImageCreated',
          'ImageImportRequested',
          'ImageImportStarted',
          'ImagePropertiesChanged',
          'ImageDetailsChanged',
          'ImageImportedToStore',
          'ImageImportedToStore',
          'ImageImportActivated',
          'ImageImportCompleted',
        ]);
      },
      LIMIT_MS,
    );
  });

  it(
    'an import that one store refuses takes everything back',
    async () => {
      const { member, api } = deployment;
      const { id } = await member.staged({}, DISK);
      const repair = await breakSlowStore();
      expectStatus(
        await requestImport(member, id, { method: { name: 'glance-direct' }, stores: ['fast', 'slow'] }),
        202,
      );
      const task = await survive(await taskOf(member, id), [
        storedIn('fast'),
        'ImageImportToStoreFailed',
        step('give_up'),
        'ImageImportToStoreReverted',
        'ImageImportFailed',
        'TaskFailed',
      ]);
      await repair();
      expect(task).toMatchObject({ status: 'failure', result: null });
      await expectQueuedWithoutData(member, id);
      expect(await filesOf(id)).toEqual([]);
      expect((await eventsOf(api, id)).filter((event) => event.startsWith('ImageImport'))).toEqual([
        'ImageImportRequested',
        'ImageImportStarted',
        'ImageImportedToStore',
        'ImageImportToStoreFailed',
        'ImageImportToStoreReverted',
        'ImageImportFailed',
      ]);
    },
    LIMIT_MS,
  );

  it(
    'a copy to another store is made once, and the image is active all the time',
    async () => {
      const { admin } = deployment;
      const { id } = await admin.active({}, DISK);
      expectStatus(await requestImport(admin, id, { method: { name: 'copy-image' }, stores: ['slow'] }), 202);
      const task = await survive(await taskOf(admin, id), [
        'ImageImportStarted',
        storedIn('slow'),
        step('store'),
        'ImageImportCompleted',
      ]);
      expect(task.status).toBe('success');
      expect(await admin.show(id)).toMatchObject({ status: 'active', stores: 'fast,slow' });
      expect(await filesOf(id)).toHaveLength(2);
    },
    LIMIT_MS,
  );

  it(
    'a clone is one image that shares its bytes',
    async () => {
      const { admin } = deployment;
      const source = await admin.active({}, DISK);
      const task = await survive(await createTask(admin, 'clone', { image_id: source.id, name: 'twin' }), [
        'TaskStarted',
        step('image'),
        'ImageCreated',
        'ImageImportRequested',
        'ImageImportStarted',
        storedIn('fast'),
        step('store'),
        'ImageImportCompleted',
        'TaskSucceeded',
      ]);
      const { image_id: id } = task.result;
      expect((await admin.names('?name=twin')).length).toBe(1);
      expect((await admin.download(id)).body.equals(DISK)).toBe(true);
      const [original, clone] = await Promise.all([source.id, id].map(async (each) => (await filesOf(each))[0]!));
      expect((await stat(original!)).ino).toBe((await stat(clone!)).ino);
    },
    LIMIT_MS,
  );

  it(
    'a legacy import that fails leaves no image',
    async () => {
      const { admin } = deployment;
      const input = {
        import_from: web.refuse('/gone', 404),
        import_from_format: 'raw',
        image_properties: { name: 'no' },
      };
      const task = await survive(await createTask(admin, 'import', input), [
        step('image'),
        'ImageCreated',
        'ImageImportRequested',
        step('give_up'),
        'ImageImportFailed',
        'ImageDeleted',
        'TaskFailed',
      ]);
      expect(task).toMatchObject({ status: 'failure', result: null });
      expect(await admin.names('?name=no')).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'an export to a store is written once',
    async () => {
      const { admin } = deployment;
      const { id } = await admin.active({}, DISK);
      const taskId = await createTask(admin, 'export', { image_id: id, destination: { store: 'slow' } });
      const task = await survive(taskId, ['TaskStarted', step('send'), 'TaskSucceeded']);
      expect(task).toMatchObject({ status: 'success', result: { image_id: id, store: 'slow', size: DISK.length } });
      const [file, ...others] = await filesOf(taskId);
      expect(others).toEqual([]);
      expect((await readFile(file!)).equals(DISK)).toBe(true);
    },
    LIMIT_MS,
  );
});
