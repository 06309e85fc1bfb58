import { randomBytes } from 'node:crypto';
import { Barbican } from '../../support/barbican.js';
import { newCast } from '../../support/callers.js';
import type { TestCaller } from '../../support/callers.js';
import { certificateOf, toPem } from '../../support/certificates.js';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { rsaSigner, signedAs } from '../../support/image-signer.js';
import { imageFilesBelow } from '../../support/image-files.js';
import { ImageSession } from '../../support/image-session.js';
import { expectQueuedWithoutData } from '../../support/queued-image.js';
import { Service } from '../../support/service.js';
import type { ServiceEnvironment } from '../../support/service.js';
import { expectNothingLeft } from '../../support/task-aftermath.js';
import { createTask, endOfImport, endOfTask, requestImport } from '../../support/task-flows.js';
import { WebServer } from '../../support/web-server.js';

const CERTIFICATE = '0a1b2c3d-0000-4000-8000-0123456789ab';
const DATA = randomBytes(200_000);
const signer = rsaSigner();
const RIGHT = signedAs(signer, CERTIFICATE, DATA);
const WRONG = signedAs(signer, CERTIFICATE, Buffer.from('something else'));
const REFUSED = { status: 'failure', message: expect.stringContaining('Signature verification failed') };

/** Whichever way the data of a signed image comes, it is verified with a certificate that only the caller may see. */
describe('tasks that bring data to signed images', () => {
  let barbican: Barbican;
  let web: WebServer;
  let there: Service;
  let service: Service;
  let caller: TestCaller;
  let admin: ImageSession;
  let remote: ImageSession;

  const environment = (dataDir: string): ServiceEnvironment => ({
    OS_HINDSIGHT__IDENTITY: 'fakeauth',
    OS_HINDSIGHT__FETCH_LOCAL_NETWORKS: '127.0.0.0/8',
    OS_HINDSIGHT__TASK_ATTEMPTS: '1',
    OS_HINDSIGHT__GLANCE_DOWNLOAD_ENDPOINTS: `There:${there.url}`,
    OS_IMPORT_FILTERING_OPTS__ALLOWED_PORTS: '[]',
    OS_DEFAULT__ENABLED_IMPORT_METHODS: '[glance-direct,web-download,copy-image,glance-download]',
    OS_BARBICAN__BARBICAN_ENDPOINT: barbican.url,
    OS_DEFAULT__ENABLED_BACKENDS: 'fast:file,slow:file',
    OS_GLANCE_STORE__DEFAULT_BACKEND: 'fast',
    OS_FAST__FILESYSTEM_STORE_DATADIR: `${dataDir}/fast`,
    OS_SLOW__FILESYSTEM_STORE_DATADIR: `${dataDir}/slow`,
  });

  beforeAll(async () => {
    [barbican, web] = [await Barbican.start(), await WebServer.start()];
    there = await Service.start({ environment: () => ({ OS_HINDSIGHT__IDENTITY: 'fakeauth' }) });
    service = await Service.start({ environment });
    caller = newCast().admin;
    [admin, remote] = [service, there].map((one) => new ImageSession(() => one.url, caller)) as [
      ImageSession,
      ImageSession,
    ];
    barbican.tokens = new Set([caller.token]);
    barbican.keep(CERTIFICATE, toPem(certificateOf(signer.keys.publicKey)));
  });
  afterAll(async () => {
    await expectNothingLeft(service);
    for (const part of [service, there]) await part.remove();
    await web.stop();
    await barbican.stop();
  });

  const tellsNoToken = async (): Promise<void> => {
    const told = await service.command('events', 'tail', '--json');
    expect(told.stdout + service.log).not.toContain(caller.token);
  };

  const endOf = async (type: string, input: object): Promise<any> =>
    endOfTask(admin, await createTask(admin, type, input));

  const importing = (properties: object) =>
    endOf('import', {
      import_from: web.serve('/image', { bytes: DATA }),
      import_from_format: 'raw',
      image_properties: { name: 'by task', disk_format: 'raw', container_format: 'bare', ...properties },
    });

  /** Images that a failed task has made, and files that belong to none. */
  const expectNoImage = async (known: readonly string[]): Promise<void> => {
    const { images } = expectStatus(await admin.get('/v2/images?limit=1000'), 200).json;
    expect(images.map(({ id }: { id: string }) => id).sort()).toEqual([...known].sort());
  };
  const knownImages = async (): Promise<readonly string[]> =>
    expectStatus(await admin.get('/v2/images?limit=1000'), 200).json.images.map(({ id }: { id: string }) => id);

  it('a task of type import takes what was signed, and makes no image of what was not', async () => {
    const { status, result } = await importing(RIGHT);
    expect(status).toBe('success');
    expect(await admin.show(result.image_id)).toMatchObject({ status: 'active', size: DATA.length, ...RIGHT });
    const known = await knownImages();
    expect(await importing(WRONG)).toMatchObject(REFUSED);
    await expectNoImage(known);
    await tellsNoToken();
  });

  it('a clone is verified by its own signature, whichever way its bytes would come', async () => {
    const source = await admin.active({ disk_format: 'raw', container_format: 'bare' }, DATA);
    for (const store of ['fast', 'slow']) {
      const { status, result } = await endOf('clone', { image_id: source.id, store, properties: RIGHT });
      expect(status).toBe('success');
      expect(await admin.show(result.image_id)).toMatchObject({ status: 'active', ...RIGHT });
      const known = await knownImages();
      expect(await endOf('clone', { image_id: source.id, store, properties: WRONG })).toMatchObject(REFUSED);
      await expectNoImage(known);
      expect((await admin.download(source.id)).body.equals(DATA)).toBe(true);
    }
    await tellsNoToken();
  });

  it('a clone is verified by the signature that it has from its source', async () => {
    const source = await admin.active({ disk_format: 'raw', container_format: 'bare' }, DATA);
    const sign = (properties: object) =>
      admin.patch(
        source.id,
        Object.entries(properties).map(([name, value]) => ({ op: 'add', path: `/${name}`, value })),
      );
    expectStatus(await sign(RIGHT), 200);
    expect(await endOf('clone', { image_id: source.id })).toMatchObject({ status: 'success' });
    expectStatus(await sign(WRONG), 200);
    const known = await knownImages();
    expect(await endOf('clone', { image_id: source.id })).toMatchObject(REFUSED);
    await expectNoImage(known);
  });

  it('glance-download verifies what the other service gives', async () => {
    const source = await remote.active({ disk_format: 'raw', container_format: 'bare' }, DATA);
    const method = { name: 'glance-download', glance_region: 'There', glance_image_id: source.id };
    const taken = await admin.queued(RIGHT);
    expectStatus(await requestImport(admin, taken.id, { method }), 202);
    expect(await endOfImport(admin, taken.id)).toMatchObject({ status: 'success' });
    expect(await admin.show(taken.id)).toMatchObject({ status: 'active', size: DATA.length });

    const refused = await admin.queued(WRONG);
    expectStatus(await requestImport(admin, refused.id, { method }), 202);
    expect(await endOfImport(admin, refused.id)).toMatchObject(REFUSED);
    await expectQueuedWithoutData(admin, refused.id);
    expect(await imageFilesBelow(service.dataDir, refused.id)).toEqual([]);
    await tellsNoToken();
  });

  it('copy-image leaves nothing in the other store of what is not what was signed', async () => {
    const { id } = await admin.active({}, DATA);
    const copy = { method: { name: 'copy-image' }, stores: ['slow'] };
    const sign = Object.entries(WRONG).map(([name, value]) => ({ op: 'add', path: `/${name}`, value }));
    expectStatus(await admin.patch(id, sign), 200);
    expectStatus(await requestImport(admin, id, copy), 202);
    expect(await endOfImport(admin, id)).toMatchObject(REFUSED);
    expect(await admin.show(id)).toMatchObject({ status: 'active', stores: 'fast' });
    expect(await imageFilesBelow(service.dataDir, id)).toHaveLength(1);
  });

  it('none of them takes data when the caller may not see the certificate', async () => {
    const source = await admin.active({ disk_format: 'raw', container_format: 'bare' }, DATA);
    const known = await knownImages();
    const hidden = { ...RIGHT, img_signature_certificate_uuid: '0a1b2c3d-0000-4000-8000-ffffffffffff' };
    barbican.keep('0a1b2c3d-0000-4000-8000-ffffffffffff', toPem(certificateOf(signer.keys.publicKey)));
    barbican.refuse('0a1b2c3d-0000-4000-8000-ffffffffffff', 403);
    const message = expect.stringContaining('Unable to retrieve certificate');
    expect(await importing(hidden)).toMatchObject({ status: 'failure', message });
    expect(await endOf('clone', { image_id: source.id, properties: hidden })).toMatchObject({
      status: 'failure',
      message,
    });
    await expectNoImage(known);
    expectProblem(await admin.upload((await admin.queued(hidden)).id, DATA), 400, 'Unable to retrieve certificate');
  });
});
