import { randomBytes } from 'node:crypto';
import { Barbican } from '../../support/barbican.js';
import { newCast } from '../../support/callers.js';
import type { TestCaller } from '../../support/callers.js';
import { certificateOf, toPem } from '../../support/certificates.js';
import { eventually } from '../../support/eventually.js';
import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import { imageFilesBelow } from '../../support/image-files.js';
import { eccSigner, rsaSigner, signedAs } from '../../support/image-signer.js';
import { ImageSession } from '../../support/image-session.js';
import { expectQueuedWithoutData } from '../../support/queued-image.js';
import { Service } from '../../support/service.js';
import { LOCAL_WEB_SERVERS, twoFileStores } from '../../support/service-options.js';
import { endOfImport, requestImport } from '../../support/task-flows.js';
import { WebServer } from '../../support/web-server.js';

const CERTIFICATE = '0a1b2c3d-0000-4000-8000-0123456789ab';
const KEY = '0a1b2c3d-0000-4000-8000-ffffffffffff';
const DATA = randomBytes(200_000);
const signer = rsaSigner();

describe('a service with a Barbican', () => {
  let barbican: Barbican;
  let web: WebServer;
  let service: Service;
  let member: TestCaller;
  let admin: ImageSession;
  let session: ImageSession;

  beforeAll(async () => {
    [barbican, web] = [await Barbican.start(), await WebServer.start()];
    service = await Service.start({
      environment: (dataDir) => ({
        OS_HINDSIGHT__IDENTITY: 'fakeauth',
        ...twoFileStores(dataDir),
        ...LOCAL_WEB_SERVERS,
        OS_HINDSIGHT__TASK_ATTEMPTS: '1',
        OS_BARBICAN__BARBICAN_ENDPOINT: barbican.url,
      }),
    });
    const cast = newCast();
    member = cast.member;
    session = new ImageSession(() => service.url, member);
    admin = new ImageSession(() => service.url, cast.admin);
  });
  beforeEach(() => {
    barbican.forget();
    barbican.tokens = new Set([member.token]);
    barbican.keep(CERTIFICATE, toPem(certificateOf(signer.keys.publicKey)));
  });
  afterAll(async () => {
    await service.remove();
    await web.stop();
    await barbican.stop();
  });

  const right = () => signedAs(signer, CERTIFICATE, DATA);
  const wrong = () => signedAs(signer, CERTIFICATE, Buffer.from('something else'));
  const leavesNothing = async (id: string): Promise<void> => {
    await expectQueuedWithoutData(session, id);
    expect(await imageFilesBelow(service.dataDir, id)).toEqual([]);
  };

  it('takes what was signed, in the name of who uploads, with the certificate as PEM or DER', async () => {
    for (const certificate of [toPem(certificateOf(signer.keys.publicKey)), certificateOf(signer.keys.publicKey)]) {
      barbican.keep(CERTIFICATE, certificate);
      const { id } = await session.queued(right());
      expectEmpty(await session.upload(id, DATA), 204);
      expect(await session.show(id)).toMatchObject({ status: 'active', size: DATA.length });
    }
  });

  it('refuses what was not, whatever is wrong, and leaves a queued image', async () => {
    barbican.keep(KEY, toPem(certificateOf(eccSigner('ECC_SECP384R1').keys.publicKey)));
    const cases = [
      [wrong(), 'Signature verification failed'],
      [{ ...right(), img_signature_certificate_uuid: KEY }, 'Invalid public key type'],
      [{ ...right(), img_signature_certificate_uuid: '0a1b2c3d-0000-4000-8000-000000000000' }, 'Certificate not found'],
    ] as const;
    for (const [properties, text] of cases) {
      const { id } = await session.queued(properties);
      expectProblem(await session.upload(id, DATA), 400, text);
      await leavesNothing(id);
    }
  });

  it('refuses data whose certificate the caller may not see', async () => {
    barbican.tokens = new Set(['somebody else']);
    const { id } = await session.queued(right());
    expectProblem(await session.upload(id, DATA), 400, 'Unable to retrieve certificate');
    await leavesNothing(id);
  });

  it('is to be asked again when the key manager is away', async () => {
    barbican.keep(KEY, 'x');
    barbican.refuse(KEY, 500);
    const { id } = await session.queued({ ...right(), img_signature_certificate_uuid: KEY });
    expectProblem(await session.upload(id, DATA), 503);
    await leavesNothing(id);
  });

  it.each(['glance-direct', 'web-download'])('verifies what comes by %s, too', async (name) => {
    const uri = web.serve('/image', { bytes: DATA });
    const importing = async (properties: Readonly<Record<string, string>>) => {
      const { id } = await session.queued(properties);
      if (name === 'glance-direct') expectEmpty(await session.stage(id, DATA), 204);
      expectEmpty(await requestImport(session, id, { method: { name, uri } }), 202);
      return { id, task: await endOfImport(session, id) };
    };
    const taken = await importing(right());
    expect(taken.task).toMatchObject({ status: 'success' });
    expect(await session.show(taken.id)).toMatchObject({ status: 'active' });

    const refused = await importing(wrong());
    expect(refused.task).toMatchObject({ status: 'failure' });
    expect(refused.task.message).toContain('Signature verification failed');
    await leavesNothing(refused.id);
  });

  it('verifies what is copied to another store, and keeps the image when it is not what was signed', async () => {
    const { id } = await session.active({}, DATA);
    const add = (properties: object) =>
      session.patch(
        id,
        Object.entries(properties).map(([name, value]) => ({ op: 'add', path: `/${name}`, value })),
      );
    const copy = { method: { name: 'copy-image' }, stores: ['slow'] };
    const asAdmin = { ...wrong() };
    expectStatus(await add(asAdmin), 200);
    barbican.tokens = null;
    expectEmpty(await requestImport(admin, id, copy), 202);
    expect(await eventually(() => ended(id))).toMatchObject({ status: 'failure' });
    expect(await session.show(id)).toMatchObject({ status: 'active', stores: 'fast' });
    expectStatus(await add(right()), 200);
    expectEmpty(await requestImport(admin, id, copy), 202);
    await eventually(async () => expect(await session.show(id)).toMatchObject({ stores: 'fast,slow' }));
  });

  const ended = async (id: string): Promise<any> => {
    const { tasks } = expectStatus(await admin.get(`/v2/images/${id}/tasks`), 200).json;
    if (!['success', 'failure'].includes(tasks[0]?.status)) throw new Error('the task has not ended');
    return tasks[0];
  };

  describe('deletes the key of an encrypted image', () => {
    const encrypted = (policy: string) => ({
      cinder_encryption_key_id: KEY,
      cinder_encryption_key_deletion_policy: policy,
    });
    const keyIsGone = (id: string): Promise<void> =>
      eventually(() => (barbican.has(id) ? Promise.reject(new Error('the key is still there')) : Promise.resolve()));
    const deletions = () => barbican.requests.filter(({ method }) => method === 'DELETE');

    beforeEach(() => barbican.keep(KEY, 'a key'));

    it('in the name of who deletes the image', async () => {
      const { id } = await session.active(encrypted('on_image_deletion'));
      expectEmpty(await session.delete(`/v2/images/${id}`), 204);
      await keyIsGone(KEY);
      expect(deletions()[0]?.headers['x-auth-token']).toBe(member.token);
    });

    it('but not one that is to stay, nor one of an image that stays', async () => {
      const kept = await session.active(encrypted('do_not_delete'));
      expectEmpty(await session.delete(`/v2/images/${kept.id}`), 204);
      const stays = await session.queued({ ...encrypted('on_image_deletion'), protected: true });
      expectProblem(await session.delete(`/v2/images/${stays.id}`), 403);
      const last = await session.queued({
        cinder_encryption_key_id: CERTIFICATE,
        cinder_encryption_key_deletion_policy: 'on_image_deletion',
      });
      expectEmpty(await session.delete(`/v2/images/${last.id}`), 204);
      await keyIsGone(CERTIFICATE);
      expect(barbican.has(KEY)).toBe(true);
    });

    it('and says in the log what the key manager refuses, while the image is gone', async () => {
      const { id } = await session.queued(encrypted('on_image_deletion'));
      barbican.refuse(KEY, 403);
      expectEmpty(await session.delete(`/v2/images/${id}`), 204);
      expectProblem(await session.get(`/v2/images/${id}`), 404);
      await eventually(() =>
        service.log.includes('encryption key not deleted')
          ? Promise.resolve()
          : Promise.reject(new Error('not logged')),
      );
      expect(service.log).not.toContain(member.token);
    });
  });
});
