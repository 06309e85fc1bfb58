import { describeWithBackend } from '../../../support/backends.js';
import { around, dyingAt } from '../../../support/crash-point.js';
import { eventually } from '../../../support/eventually.js';
import { expectStatus } from '../../../support/expectations.js';
import { startRedis } from '../../../support/redis.js';
import type { RedisServer } from '../../../support/redis.js';
import { isInstalled } from '../../../support/run-command.js';
import { eventsOf, expectNothingLeft } from '../../../support/task-aftermath.js';
import { TaskDeployment } from '../../../support/task-deployment.js';
import { endOfImport, requestImport } from '../../../support/task-flows.js';
import { patternOf, WebServer } from '../../../support/web-server.js';

const BYTES = patternOf(300_000);

describeWithBackend('redis-server', isInstalled('redis-server'), () => {
  let redis: RedisServer;
  let web: WebServer;
  let deployment: TaskDeployment;

  beforeEach(async () => {
    redis = await startRedis();
    web = await WebServer.start();
    web.serve('/disk.img', { bytes: BYTES });
    deployment = await TaskDeployment.start({ redis });
    await deployment.startWorker();
    await deployment.startScrubber();
  });
  afterEach(async () => {
    await deployment.remove();
    await web.stop();
    await redis.stop();
  });

  const ask = (id: string) => {
    const method = { name: 'web-download', uri: web.url('/disk.img') };
    return requestImport(deployment.member, id, { method });
  };

  const expectImportedOnce = async (id: string): Promise<void> => {
    expect((await endOfImport(deployment.member, id)).status).toBe('success');
    const { tasks } = (await deployment.member.get(`/v2/images/${id}/tasks`)).json;
    expect(tasks).toHaveLength(1);
    expect(tasks[0]).toMatchObject({ owner: (await deployment.member.show(id)).owner, user_id: 'member' });
    expect((await deployment.member.download(id)).body.equals(BYTES)).toBe(true);
    await expectNothingLeft(deployment.api);
    expect((await eventsOf(deployment.api, id)).filter((event) => event === 'ImageImportRequested')).toHaveLength(1);
  };

  it('an API process that is killed right after it has answered 202 has handed the import over', async () => {
    const { id } = await deployment.member.queued();
    expectStatus(await ask(id), 202);
    await deployment.api.kill9();
    await eventually(() => expect(web.countOf('/disk.img')).toBe(1));
    await deployment.restartApi();
    await expectImportedOnce(id);
  });

  it.each(around(['TaskCreated']))(
    'an API process that dies with the lock taken, $when it creates the task, leaves an import that goes on',
    async (point) => {
      const { id } = await deployment.member.queued();
      await deployment.api.stop();
      await deployment.restartApi(dyingAt(point));
      await expect(ask(id)).rejects.toThrow();
      await deployment.api.kill9();
      await deployment.restartApi();
      await expectImportedOnce(id);
    },
  );

  it('an API process that dies before it has taken the lock leaves an image that can be imported', async () => {
    const { id } = await deployment.member.queued();
    await deployment.api.stop();
    await deployment.restartApi(dyingAt({ when: 'before', event: 'ImageImportRequested', data: '' }));
    await expect(ask(id)).rejects.toThrow();
    await deployment.api.kill9();
    await deployment.restartApi();
    expect((await deployment.member.show(id)).status).toBe('queued');
    expectStatus(await ask(id), 202);
    await expectImportedOnce(id);
  });
});
