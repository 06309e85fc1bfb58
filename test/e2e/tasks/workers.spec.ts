import { describeWithBackend } from '../../support/backends.js';
import { eventually } from '../../support/eventually.js';
import { expectStatus } from '../../support/expectations.js';
import { startRedis } from '../../support/redis.js';
import type { RedisServer } from '../../support/redis.js';
import { isInstalled } from '../../support/run-command.js';
import { expectNothingLeft } from '../../support/task-aftermath.js';
import { TaskDeployment } from '../../support/task-deployment.js';
import type { BackgroundProcess } from '../../support/task-deployment.js';
import { createTask, endOfImport, imageBecomes, importFromWeb, requestImport } from '../../support/task-flows.js';
import { patternOf, WebServer } from '../../support/web-server.js';

const MIB = 1024 * 1024;
const BYTES = patternOf(3 * MIB);
const LIMIT_MS = 120_000;

describeWithBackend('redis-server', isInstalled('redis-server'), () => {
  let redis: RedisServer;
  let web: WebServer;
  let deployment: TaskDeployment;

  beforeAll(async () => {
    redis = await startRedis();
    web = await WebServer.start();
  });
  afterAll(async () => {
    await web.stop();
    await redis.stop();
  });
  beforeEach(async () => {
    // One task at a time, so that the tasks at work are as many as the workers at work.
    deployment = await TaskDeployment.start({ redis, environment: { OS_TASKFLOW_EXECUTOR__MAX_WORKERS: '1' } });
  });
  afterEach(async () => {
    await deployment.remove();
    await redis.flush();
  });

  const importFrom = async (uri: string): Promise<string> => {
    const { id } = await deployment.member.queued();
    await importFromWeb(deployment.member, id, uri);
    return id;
  };

  const expectImported = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) {
      expect((await endOfImport(deployment.member, id)).status).toBe('success');
      expect((await deployment.member.download(id)).body.equals(BYTES)).toBe(true);
    }
    await expectNothingLeft(deployment.api);
  };

  const isAsked = (path: string, times = 1): Promise<void> =>
    eventually(() => {
      if (web.countOf(path) < times) throw new Error(`${path} was asked for ${web.countOf(path)} times`);
    });

  /** The task of an image, as the image's list has it. */
  const rowOfTask = async (imageId: string): Promise<any> =>
    expectStatus(await deployment.admin.get(`/v2/images/${imageId}/tasks`), 200).json.tasks[0];

  describe('workers that share a Redis', () => {
    it('end when they are refused something after they have connected to it', async () => {
      const worker = await deployment.startWorker({ OS_HINDSIGHT__AUDIT_KEY_FILE: '/dev/null' });
      expect(await worker.exit).toBe(2);
      expect(worker.log).toContain('[hindsight] audit_key_file');
    });

    it(
      'share the tasks: three of them do three at a time',
      async () => {
        const ids: string[] = [];
        const gate: PromiseWithResolvers<void> = Promise.withResolvers();
        const uri = web.serve('/shared.img', { bytes: BYTES, after: gate.promise });
        for (let number = 0; number < 6; number += 1) ids.push(await importFrom(uri));
        await Promise.all([1, 2, 3].map(() => deployment.startWorker()));
        await isAsked('/shared.img', 3);
        gate.resolve();
        await expectImported(ids);
        expect(web.countOf('/shared.img')).toBe(ids.length);
      },
      LIMIT_MS,
    );

    it(
      'import what was staged at an API process, and are needed for nothing but that',
      async () => {
        const { member } = deployment;
        const { id } = await member.staged({}, BYTES);
        expectStatus(await requestImport(member, id, { method: { name: 'glance-direct' } }), 202);
        expect((await member.show(id)).status).toBe('uploading');
        await deployment.startWorker();
        await expectImported([id]);
      },
      LIMIT_MS,
    );

    it(
      'do what comes first by its priority first',
      async () => {
        const { admin } = deployment;
        const priorities = { OS_HINDSIGHT__TASK_PRIORITIES: 'api_image_import:20,export:1' };
        const blocker: PromiseWithResolvers<void> = Promise.withResolvers();
        await deployment.startWorker(priorities);
        const first = await importFrom(web.serve('/first.img', { bytes: BYTES, after: blocker.promise }));
        await isAsked('/first.img');
        const image = await admin.active({}, BYTES);
        const second = await importFrom(web.serve('/second.img', { bytes: BYTES }));
        const exported = await createTask(admin, 'export', { image_id: image.id, destination: { store: 'slow' } });
        await eventually(async () => {
          if ((await waitingJobs(redis)) < 2) throw new Error('the jobs have not come to Redis yet');
        });
        blocker.resolve();
        await expectImported([first, second]);
        const [exporting, importing] = await Promise.all([image.id, second].map(rowOfTask));
        expect(exporting.id).toBe(exported);
        expect(exporting.expires_at <= importing.expires_at).toBe(true); // they end in the order of their priorities
      },
      LIMIT_MS,
    );
  });

  describe('a worker that is told to stop', () => {
    const beginSlowly = async (
      path: string,
      environment = {},
    ): Promise<{ id: string; worker: BackgroundProcess; gate: PromiseWithResolvers<void> }> => {
      const gate: PromiseWithResolvers<void> = Promise.withResolvers();
      const worker = await deployment.startWorker(environment);
      const id = await importFrom(web.serve(path, { bytes: BYTES, after: gate.promise }));
      await isAsked(path);
      return { id, worker, gate };
    };

    it(
      'finishes what it does within the grace time, and takes nothing more',
      async () => {
        const { id, worker, gate } = await beginSlowly('/drained.img');
        const stopped = worker.stop();
        await eventually(() => expect(worker.log).toContain('"stopping"'));
        const later = await importFrom(web.serve('/later.img', { bytes: BYTES }));
        gate.resolve();
        expect(await stopped).toBe(0);
        expect((await rowOfTask(id)).status).toBe('success');
        expect((await rowOfTask(later)).status).toBe('pending');
        await deployment.startWorker();
        await expectImported([id, later]);
        expect(web.countOf('/drained.img')).toBe(1);
      },
      LIMIT_MS,
    );

    it(
      'gives back what takes longer, and another one goes on with it at once',
      async () => {
        const { id, worker } = await beginSlowly('/given-back.img', { OS_HINDSIGHT__GRACEFUL_SHUTDOWN_TIMEOUT: '1' });
        await deployment.startWorker();
        expect(await worker.stop()).toBe(0);
        web.serve('/given-back.img', { bytes: BYTES });
        await imageBecomes(deployment.member, id, 'active');
        await expectImported([id]);
      },
      LIMIT_MS,
    );
  });

  it(
    'without any worker tasks wait, over a restart of the API too',
    async () => {
      const id = await importFrom(web.serve('/waiting.img', { bytes: BYTES }));
      await deployment.api.restart();
      expect((await rowOfTask(id)).status).toBe('pending');
      expect(web.countOf('/waiting.img')).toBe(0);
      await deployment.startWorker();
      await expectImported([id]);
    },
    LIMIT_MS,
  );
});

/** How many jobs wait in Redis. */
const waitingJobs = (redis: RedisServer): Promise<number> =>
  redis.command((client) => client.zcard('hindsight:tasks:prioritized'));
