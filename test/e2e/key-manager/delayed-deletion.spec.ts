import { randomUUID } from 'node:crypto';
import { Barbican } from '../../support/barbican.js';
import { newCast } from '../../support/callers.js';
import type { TestCaller } from '../../support/callers.js';
import { eventually } from '../../support/eventually.js';
import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import { ImageSession } from '../../support/image-session.js';
import { expectSuccess } from '../../support/run-command.js';
import { Service } from '../../support/service.js';
import { eventsOf } from '../../support/task-aftermath.js';
import { BackgroundProcess } from '../../support/task-deployment.js';

/** An API whose deletions are delayed, and a worker. Nobody scrubs but the test. */
describe('the key of an encrypted image whose deletion is delayed', () => {
  let barbican: Barbican;
  let service: Service;
  let worker: BackgroundProcess;
  let caller: TestCaller;
  let member: ImageSession;
  let admin: ImageSession;

  beforeAll(async () => {
    barbican = await Barbican.start();
    service = await Service.start({
      role: 'api',
      environment: () => ({
        OS_HINDSIGHT__IDENTITY: 'fakeauth',
        OS_DEFAULT__DELAYED_DELETE: 'true',
        OS_DEFAULT__SCRUB_TIME: '0',
        OS_BARBICAN__BARBICAN_ENDPOINT: barbican.url,
      }),
    });
    worker = new BackgroundProcess(service.startCommand('worker'));
    const cast = newCast();
    caller = cast.member;
    [member, admin] = [caller, cast.admin].map((each) => new ImageSession(() => service.url, each)) as [
      ImageSession,
      ImageSession,
    ];
  });
  afterAll(async () => {
    await worker.kill9();
    await service.remove();
    await barbican.stop();
  });

  const encryptedWith = (key: string) => ({
    cinder_encryption_key_id: key,
    cinder_encryption_key_deletion_policy: 'on_image_deletion',
  });
  const keptKey = (): string => {
    const key = randomUUID();
    barbican.keep(key, 'a key');
    return key;
  };
  const isGone = (key: string): Promise<void> => eventually(() => expect(barbican.has(key)).toBe(false));

  /** An image without data is deleted at once, and its key with it: the worker knows of all that happened before. */
  const untilWorkerHasSeenAll = async (): Promise<void> => {
    const key = keptKey();
    const { id } = await member.queued(encryptedWith(key));
    expectEmpty(await member.delete(`/v2/images/${id}`), 204);
    await isGone(key);
  };

  it('stays while the image may be restored, and goes with the image when that is scrubbed', async () => {
    const key = keptKey();
    const { id } = await member.active(encryptedWith(key));
    expectEmpty(await member.delete(`/v2/images/${id}`), 204);
    expectProblem(await member.get(`/v2/images/${id}`), 404);
    await untilWorkerHasSeenAll();
    expect(barbican.has(key)).toBe(true);

    expectEmpty(await admin.action(id, 'restore'), 204);
    expectSuccess(await service.command('scrubber'));
    await untilWorkerHasSeenAll();
    expect(await member.show(id)).toMatchObject({ status: 'active', ...encryptedWith(key) });
    expect(barbican.has(key)).toBe(true);

    expectEmpty(await member.delete(`/v2/images/${id}`), 204);
    await untilWorkerHasSeenAll();
    expect(barbican.has(key)).toBe(true);
    expectSuccess(await service.command('scrubber'));
    await isGone(key);
    expect((await eventsOf(service, id)).at(-1)).toBe('ImageScrubbed');
    const deletion = barbican.requests.findLast(({ method, path }) => method === 'DELETE' && path.endsWith(key));
    expect(deletion?.headers['x-auth-token']).toBe(caller.token);
    expect(service.log + worker.log).not.toContain(caller.token);
  });

  it('stays when it is to stay, also behind the scrubbing', async () => {
    const key = keptKey();
    const { id } = await member.active({
      ...encryptedWith(key),
      cinder_encryption_key_deletion_policy: 'do_not_delete',
    });
    expectEmpty(await member.delete(`/v2/images/${id}`), 204);
    expectSuccess(await service.command('scrubber'));
    expectStatus(await admin.action(id, 'restore'), 404);
    await untilWorkerHasSeenAll();
    expect(barbican.has(key)).toBe(true);
  });
});
