import { describeWithBackend } from '../../../support/backends.js';
import { eventually } from '../../../support/eventually.js';
import { startRedis } from '../../../support/redis.js';
import type { RedisServer } from '../../../support/redis.js';
import { isInstalled } from '../../../support/run-command.js';
import { eventsOf, expectNothingLeft } from '../../../support/task-aftermath.js';
import { TaskDeployment } from '../../../support/task-deployment.js';
import type { BackgroundProcess } from '../../../support/task-deployment.js';
import { endOfImport, imageBecomes, importFromWeb } from '../../../support/task-flows.js';
import { patternOf, WebServer } from '../../../support/web-server.js';

const BYTES = patternOf(1024 * 1024);
const LIMIT_MS = 180_000;
/** A worker that Redis has not heard of for 15 s loses its jobs. */
const LONGER_THAN_A_LOCK_MS = 18_000;

describeWithBackend('redis-server', isInstalled('redis-server'), () => {
  let redis: RedisServer;
  let web: WebServer;
  let deployment: TaskDeployment;
  let workers: BackgroundProcess[];

  beforeEach(async () => {
    redis = await startRedis();
    web = await WebServer.start();
    deployment = await TaskDeployment.start({ redis, environment: { OS_TASKFLOW_EXECUTOR__MAX_WORKERS: '2' } });
    workers = await Promise.all([deployment.startWorker(), deployment.startWorker()]);
    await deployment.startScrubber();
  });
  afterEach(async () => {
    await deployment.remove();
    await web.stop();
    await redis.stop();
  });

  /** Asks for the import of a file that the web server holds back; resolves when it is asked for it. */
  const importSlowly = async (path: string, after: Promise<unknown>): Promise<string> => {
    const { id } = await deployment.member.queued();
    await importFromWeb(deployment.member, id, web.serve(path, { bytes: BYTES, after }));
    return id;
  };

  const isAsked = (path: string): Promise<void> =>
    eventually(() => {
      if (web.countOf(path) === 0) throw new Error(`nobody asks for ${path}`);
    });

  /** Demands that images were imported once, whoever was at it. */
  const expectImported = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) {
      expect((await endOfImport(deployment.member, id)).status).toBe('success');
      expect((await deployment.member.download(id)).body.equals(BYTES)).toBe(true);
    }
    await expectNothingLeft(deployment.api);
    for (const id of ids) {
      const events = await eventsOf(deployment.api, id);
      expect(events.filter((event) => event === 'ImageImportedToStore')).toHaveLength(1);
      expect(events.at(-1)).toBe('ImageImportCompleted');
    }
    expect(workers.map((worker) => worker.isRunning)).toEqual([true, true]);
  };

  it(
    'Redis comes back empty: what was being done is finished once, and what waited is not forgotten',
    async () => {
      const gate: PromiseWithResolvers<void> = Promise.withResolvers();
      // Two workers do two each: the fifth waits in Redis.
      const paths = [1, 2, 3, 4, 5].map((number) => `/disk-${number}.img`);
      const ids: string[] = [];
      for (const path of paths) ids.push(await importSlowly(path, gate.promise));
      await Promise.all(paths.slice(0, 4).map(isAsked));
      await redis.restart();
      gate.resolve();
      await expectImported(ids);
    },
    LIMIT_MS,
  );

  it(
    'Redis is away for longer than it remembers a worker: imports are accepted and go on, and all end well',
    async () => {
      const gate: PromiseWithResolvers<void> = Promise.withResolvers();
      const began = await importSlowly('/began.img', gate.promise);
      await isAsked('/began.img');
      await redis.stop();
      const asked = await importSlowly('/asked.img', Promise.resolve());
      const awaySince = performance.now();
      gate.resolve();
      await imageBecomes(deployment.member, began, 'active');
      await eventually(() => {
        if (performance.now() - awaySince < LONGER_THAN_A_LOCK_MS) throw new Error('Redis has not been away for long');
      }, LIMIT_MS);
      expect((await deployment.member.show(asked)).status).toBe('queued');
      await redis.restart();
      await expectImported([began, asked]);
      expect(web.countOf('/began.img')).toBe(1);
    },
    LIMIT_MS,
  );

  it(
    'Redis hangs for longer than it remembers a worker: nothing is done twice',
    async () => {
      const gate: PromiseWithResolvers<void> = Promise.withResolvers();
      const id = await importSlowly('/disk.img', gate.promise);
      await isAsked('/disk.img');
      redis.pause();
      const hangsSince = performance.now();
      await eventually(() => {
        if (performance.now() - hangsSince < LONGER_THAN_A_LOCK_MS) throw new Error('Redis has not hung for long');
      }, LIMIT_MS);
      redis.resume();
      gate.resolve();
      await expectImported([id]);
      expect(web.countOf('/disk.img')).toBe(1);
    },
    LIMIT_MS,
  );
});
