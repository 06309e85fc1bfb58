import { randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithBackend } from '../../../support/backends.js';
import { dyingAt } from '../../../support/crash-point.js';
import { eventually } from '../../../support/eventually.js';
import { expectStatus } from '../../../support/expectations.js';
import { imageFilesBelow } from '../../../support/image-files.js';
import type { ImageSession } from '../../../support/image-session.js';
import { hasQemuImg, qemuImg } from '../../../support/qemu-images.js';
import { startRedis } from '../../../support/redis.js';
import type { RedisServer } from '../../../support/redis.js';
import { expectSuccess, isInstalled, runCommand } from '../../../support/run-command.js';
import type { ServiceEnvironment } from '../../../support/service.js';
import { eventsOf, expectNothingLeft } from '../../../support/task-aftermath.js';
import { TaskDeployment } from '../../../support/task-deployment.js';
import type { BackgroundProcess } from '../../../support/task-deployment.js';
import { endOfImport, importFromWeb, requestImport } from '../../../support/task-flows.js';
import { processEnded, WaitingQemuImg } from '../../../support/waiting-qemu-img.js';
import { patternOf, WebServer } from '../../../support/web-server.js';
import { expectQueuedWithoutData } from '../../../support/queued-image.js';

const MIB = 1024 * 1024;
/** Redis keeps the jobs of a dead worker for a while before another one gets them. */
const LIMIT_MS = 180_000;

describeWithBackend('redis-server', isInstalled('redis-server'), () => {
  let redis: RedisServer;
  let web: WebServer;
  let deployment: TaskDeployment;
  let member: ImageSession;

  const begin = async (environment: ServiceEnvironment = {}): Promise<void> => {
    deployment = await TaskDeployment.start({ redis, environment });
    member = deployment.member;
    await deployment.startScrubber();
  };

  beforeAll(async () => {
    redis = await startRedis();
    web = await WebServer.start();
  });
  afterAll(async () => {
    await web.stop();
    await redis.stop();
  });
  afterEach(async () => {
    await deployment.remove();
    await redis.flush();
  });

  const taskFile = (taskId: string, name: string): string =>
    join(deployment.dataDir, 'staging', '.tasks', taskId, name);
  const filesOf = (imageId: string): Promise<string[]> => imageFilesBelow(deployment.dataDir, imageId);

  /** The step that is shown to clients. */
  const stepBecomes = (taskId: string, step: string): Promise<void> =>
    eventually(async () => {
      const { progress } = expectStatus(await deployment.admin.get(`/v2/tasks/${taskId}`), 200).json;
      if (progress?.step !== step) throw new Error(`the task is at ${progress?.step}`);
    });

  /** Kills a worker, lets another one go on, and demands that the import ends well with these data. */
  const survive = async (victim: BackgroundProcess, imageId: string, data: Buffer, stores = 'fast'): Promise<void> => {
    await victim.kill9();
    expect((await member.show(imageId)).status).toBe('importing');
    await deployment.startWorker();
    expect(await endOfImport(member, imageId)).toMatchObject({ status: 'success', result: { image_id: imageId } });
    expect(await member.show(imageId)).toMatchObject({ status: 'active', size: data.length, stores });
    expect((await member.download(imageId)).body.equals(data)).toBe(true);
    await expectNothingLeft(deployment.api);
    const events = await eventsOf(deployment.api, imageId);
    for (const once of ['ImageImportRequested', 'ImageImportStarted', 'ImageImportActivated', 'ImageImportCompleted'])
      expect(events.filter((event) => event === once)).toHaveLength(1);
    expect(events.filter((event) => event === 'ImageImportedToStore')).toHaveLength(stores.split(',').length);
    expect(events).not.toContain('ImageImportFailed');
  };

  describe('a worker that is killed', () => {
    it(
      'while it downloads: another one fetches the rest',
      async () => {
        await begin();
        const worker = await deployment.startWorker();
        const bytes = patternOf(12 * MIB, 'download');
        const { id } = await member.queued();
        const taskId = await importFromWeb(member, id, web.serve('/disk.img', { bytes, bytesPerS: 2 * MIB }));
        await eventually(async () => {
          const { safeBytes } = JSON.parse(await readFile(taskFile(taskId, 'download.meta'), 'utf8'));
          if (safeBytes === 0) throw new Error('nothing is safe yet');
        });
        web.serve('/disk.img', { bytes });
        await survive(worker, id, bytes);
        expect(web.requests.at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/);
      },
      LIMIT_MS,
    );

    it(
      'while it decompresses: another one does that again, without another download',
      async () => {
        await begin({ OS_IMAGE_IMPORT_OPTS__IMAGE_IMPORT_PLUGINS: '[image_decompression]' });
        const bytes = randomBytes(24 * MIB); // takes bzip2 a while
        const file = join(deployment.dataDir, 'disk.img');
        await writeFile(file, bytes);
        expectSuccess(await runCommand('bzip2', ['--fast', file], {}));
        const uri = web.serve('/disk.img.bz2', { bytes: await readFile(`${file}.bz2`) });
        const worker = await deployment.startWorker();
        const { id } = await member.queued();
        const taskId = await importFromWeb(member, id, uri);
        await eventually(async () => {
          if ((await stat(taskFile(taskId, 'decompress'))).size === 0) throw new Error('nothing has come out yet');
        });
        await survive(worker, id, bytes);
        expect(web.countOf('/disk.img.bz2')).toBe(1);
      },
      LIMIT_MS,
    );

    it(
      'while it writes to a store: another one writes all of it',
      async () => {
        await begin();
        const worker = await deployment.startWorker({ OS_FAST__TASK_WRITE_RATE: '1MB' });
        const bytes = patternOf(8 * MIB, 'store');
        const { id } = await member.queued();
        const taskId = await importFromWeb(member, id, web.serve('/stored.img', { bytes }));
        await stepBecomes(taskId, 'store fast');
        await eventually(async () => expect(await filesOf(id)).toEqual([expect.stringContaining('.unfinished')]));
        await survive(worker, id, bytes);
        expect(web.countOf('/stored.img')).toBe(1);
      },
      LIMIT_MS,
    );

    it(
      'between two stores: another one goes on with the second',
      async () => {
        await begin();
        const worker = await deployment.startWorker({ OS_SLOW__TASK_WRITE_RATE: '1MB' });
        const bytes = patternOf(8 * MIB, 'stores');
        const { id } = await member.staged({}, bytes);
        const stores = { stores: ['fast', 'slow'] };
        expectStatus(await requestImport(member, id, { method: { name: 'glance-direct' }, ...stores }), 202);
        await eventually(async () => {
          expect((await member.show(id)).stores).toBe('fast');
          expect(await filesOf(id)).toContainEqual(expect.stringMatching(/slow\/.unfinished\//));
        });
        await survive(worker, id, bytes, 'fast,slow');
        expect(await filesOf(id)).toHaveLength(2);
      },
      LIMIT_MS,
    );

    it(
      'when all is stored and only the end is missing: another one records the end',
      async () => {
        await begin();
        const bytes = patternOf(MIB, 'end');
        const victim = await deployment.startWorker(
          dyingAt({ when: 'after', event: 'TaskStepCompleted', data: '"step":"store"' }),
        );
        const { id } = await member.staged({}, bytes);
        expectStatus(await requestImport(member, id, { method: { name: 'glance-direct' } }), 202);
        expect(await victim.exit).toBeNull();
        await deployment.startWorker();
        expect((await endOfImport(member, id)).status).toBe('success');
        expect((await member.download(id)).body.equals(bytes)).toBe(true);
        await expectNothingLeft(deployment.api);
      },
      LIMIT_MS,
    );

    it(
      'while it gives up: another one gives up for good',
      async () => {
        await begin();
        const victim = await deployment.startWorker(
          dyingAt({ when: 'after', event: 'TaskStepCompleted', data: '"step":"give_up"' }),
        );
        const { id } = await member.queued();
        await importFromWeb(member, id, web.refuse('/missing.img', 404));
        expect(await victim.exit).toBeNull();
        await deployment.startWorker();
        expect(await endOfImport(member, id)).toMatchObject({
          status: 'failure',
          message: expect.stringMatching(/404/),
        });
        await expectQueuedWithoutData(member, id);
        expect(web.countOf('/missing.img')).toBe(1);
        await expectNothingLeft(deployment.api);
        expect((await eventsOf(deployment.api, id)).at(-1)).toBe('ImageImportFailed');
      },
      LIMIT_MS,
    );
  });

  describeWithBackend('qemu-img', hasQemuImg, () => {
    it(
      'a worker that is killed while it converts takes its tool with it, and another one converts again',
      async () => {
        await begin({ OS_IMAGE_IMPORT_OPTS__IMAGE_IMPORT_PLUGINS: '[image_conversion]' });
        const tool = await WaitingQemuImg.create(deployment.dataDir);
        await tool.hold();
        const bytes = patternOf(4 * MIB, 'convert');
        const [raw, qcow2] = ['disk.raw', 'disk.qcow2'].map((name) => join(deployment.dataDir, name)) as [
          string,
          string,
        ];
        await writeFile(raw, bytes);
        await qemuImg('convert', '-f', 'raw', '-O', 'qcow2', raw, qcow2);
        const worker = await deployment.startWorker({ OS_HINDSIGHT__QEMU_IMG: tool.program });
        const { id } = await member.queued({ disk_format: 'qcow2' });
        await importFromWeb(member, id, web.serve('/disk.qcow2', { bytes: await readFile(qcow2) }));
        const pid = await tool.waiting();
        await survive(worker, id, bytes);
        await processEnded(pid);
        expect(web.countOf('/disk.qcow2')).toBe(1);
      },
      LIMIT_MS,
    );
  });
});
