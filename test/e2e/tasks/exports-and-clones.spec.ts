import { randomUUID } from 'node:crypto';
import { randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describeWithBackend } from '../../support/backends.js';
import { newCast } from '../../support/callers.js';
import { eventually } from '../../support/eventually.js';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { ImageSession } from '../../support/image-session.js';
import { hasQemuImg, qemuImg } from '../../support/qemu-images.js';
import { Service } from '../../support/service.js';
import { eventsOf, expectNothingLeft, historyOf } from '../../support/task-aftermath.js';
import { taskEnvironment } from '../../support/task-deployment.js';
import { createTask, endOfTask } from '../../support/task-flows.js';
import { filesOf, newAdmin } from '../../support/trusting-service.js';
import { patternOf, WebServer } from '../../support/web-server.js';

const MIB = 1024 * 1024;
const BYTES = patternOf(2 * MIB);

/** `{"endpoint": "http://host:port", "region", "accessKey", "secretKey"}`; the user may create buckets. */
const s3 = process.env['HINDSIGHT_TEST_S3'] ?? '';
const BUCKET = `exports-${randomBytes(6).toString('hex')}`;

const s3Options = (): Record<string, string> => {
  if (s3 === '') return {};
  const { endpoint, region, accessKey, secretKey } = JSON.parse(s3) as Record<string, string>;
  return {
    OS_HINDSIGHT__S3_ENDPOINT: endpoint!,
    OS_HINDSIGHT__S3_REGION: region!,
    OS_HINDSIGHT__S3_ACCESS_KEY: accessKey!,
    OS_HINDSIGHT__S3_SECRET_KEY: secretKey!,
  };
};

describe('tasks that use the data of an image', () => {
  let service: Service;
  let web: WebServer;
  let admin: ImageSession;

  beforeAll(async () => {
    web = await WebServer.start();
    service = await Service.start({
      environment: (dataDir) => ({
        ...taskEnvironment(dataDir),
        ...s3Options(),
        OS_HINDSIGHT__EXPORT_TARGETS: `[${web.url('/exports/')},s3://${BUCKET}/images/]`,
        OS_HINDSIGHT__TASK_ATTEMPTS: '1',
      }),
    });
    admin = newAdmin(service);
  });
  afterAll(async () => {
    await expectNothingLeft(service);
    await service.remove();
    await web.stop();
  });

  const endOf = async (type: string, input: unknown): Promise<any> =>
    endOfTask(admin, await createTask(admin, type, input));

  describe('an export', () => {
    it('writes the image to a store, under the id of the task', async () => {
      const { id } = await admin.active({}, BYTES);
      const task = await endOf('export', { image_id: id, destination: { store: 'slow' } });
      expect(task).toMatchObject({
        status: 'success',
        image_id: id,
        result: { image_id: id, store: 'slow', size: BYTES.length, disk_format: 'raw' },
      });
      expect(task.result.location).toMatch(new RegExp(`^file:///.*/slow/${task.id}$`));
      const [file = ''] = await filesOf(service, task.id);
      expect((await readFile(file)).equals(BYTES)).toBe(true);
      expect((await admin.show(id)).stores).toBe('fast');
    });

    it('sends the image to a server that the operator allows', async () => {
      const { id } = await admin.active({}, BYTES);
      const url = web.url('/exports/disk.img');
      const { status, result } = await endOf('export', { image_id: id, destination: { url } });
      expect(status).toBe('success');
      expect(result).toEqual({ image_id: id, location: url, size: BYTES.length, disk_format: 'raw' });
      expect(web.received.get('/exports/disk.img')?.equals(BYTES)).toBe(true);
    });

    it('keeps the credentials of a URL to itself', async () => {
      const { id } = await admin.active({}, BYTES);
      const url = web.url('/exports/secret.img');
      const withSecret = url.replace('http://', 'http://user:opensesame@');
      const task = await endOf('export', { image_id: id, destination: { url: withSecret } });
      expect(task).toMatchObject({ status: 'success', input: { destination: { url } }, result: { location: url } });
      const { headers } = web.requests.find(({ path }) => path === '/exports/secret.img')!;
      expect(headers.authorization).toBe(`Basic ${Buffer.from('user:opensesame').toString('base64')}`);
      expect((await service.command('events', 'tail', '--json')).stdout).not.toContain('opensesame');
    });

    it.each(['/elsewhere/disk.img', '/exports/../disk.img', '/exports/%2e%2e/disk.img'])(
      'is refused to %s, where the operator does not allow it',
      async (path) => {
        const { id } = await admin.active();
        const body = { type: 'export', input: { image_id: id, destination: { url: web.url(path) } } };
        expectProblem(await admin.post('/v2/tasks', body), 400, /not allowed/);
        expect(web.countOf(path)).toBe(0);
      },
    );

    it.each(['http://169.254.169.254/x', 'file:///tmp/x', 's3://another-bucket/x', 'ftp://127.0.0.1/x'])(
      'is refused to %s',
      async (url) => {
        const { id } = await admin.active();
        const body = { type: 'export', input: { image_id: id, destination: { url } } };
        expectProblem(await admin.post('/v2/tasks', body), 400);
      },
    );

    it('is refused of an image that is not there, or has no data', async () => {
      const unknown = '00000000-0000-4000-8000-00000000dead';
      const destination = { store: 'slow' };
      expectProblem(await admin.post('/v2/tasks', { type: 'export', input: { image_id: unknown, destination } }), 404);
      const { id } = await admin.queued();
      const task = await endOf('export', { image_id: id, destination });
      expect(task).toMatchObject({ status: 'failure', message: expect.stringMatching(/queued/) });
    });

    describeWithBackend('qemu-img', hasQemuImg, () => {
      it('converts the image on its way', async () => {
        const { id } = await admin.active({}, BYTES);
        const url = web.url('/exports/disk.qcow2');
        const { status, result } = await endOf('export', { image_id: id, destination: { url }, disk_format: 'qcow2' });
        expect(status).toBe('success');
        const exported = web.received.get('/exports/disk.qcow2')!;
        expect(result).toMatchObject({ location: url, size: exported.length, disk_format: 'qcow2' });
        const [qcow2, raw] = ['exported.qcow2', 'exported.raw'].map((name) => join(service.dataDir, name)) as [
          string,
          string,
        ];
        await writeFile(qcow2, exported);
        await qemuImg('convert', '-f', 'qcow2', '-O', 'raw', qcow2, raw);
        expect((await readFile(raw)).equals(BYTES)).toBe(true);
        expect((await admin.show(id)).disk_format).toBe('raw');
      });
    });

    describeWithBackend('S3', s3 !== '', () => {
      it('writes the image to a bucket', async () => {
        const { endpoint, region, accessKey, secretKey } = JSON.parse(s3) as Record<string, string>;
        const client = new S3Client({
          endpoint: endpoint!,
          region: region!,
          forcePathStyle: true,
          credentials: { accessKeyId: accessKey!, secretAccessKey: secretKey! },
        });
        await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
        const { id } = await admin.active({}, BYTES);
        const url = `s3://${BUCKET}/images/disk.img`;
        const { status, result } = await endOf('export', { image_id: id, destination: { url } });
        expect(status).toBe('success');
        expect(result.location).toBe(url);
        const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'images/disk.img' }));
        expect(Buffer.from(await Body!.transformToByteArray()).equals(BYTES)).toBe(true);
      });
    });
  });

  describe('a clone', () => {
    const inodeOf = async (imageId: string): Promise<number> => {
      const [file = ''] = await filesOf(service, imageId);
      return (await stat(file)).ino;
    };

    it('has the data and description of the image, and its bytes only once', async () => {
      const source = await admin.active({ name: 'source', colour: 'red', shape: 'round', tags: ['a', 'b'] }, BYTES);
      const properties = { colour: 'blue', mood: 'large' };
      const { status, result } = await endOf('clone', { image_id: source.id, name: 'clone', properties });
      expect(status).toBe('success');
      const clone = await admin.show(result.image_id);
      const { checksum, size, os_hash_value, disk_format, tags } = source;
      expect(clone).toMatchObject({ name: 'clone', status: 'active', colour: 'blue', shape: 'round' });
      expect(clone).toMatchObject({ checksum, size, os_hash_value, disk_format, tags });
      expect(clone.id).not.toBe(source.id);
      expect(await inodeOf(clone.id)).toBe(await inodeOf(source.id));
      expect(JSON.stringify(await historyOf(service, clone.id))).toContain('clone');
      expect((await eventsOf(service, clone.id)).at(-1)).toBe('ImageImportCompleted');
    });

    it('is still there when the image is deleted, and the other way round', async () => {
      for (const deleted of ['source', 'clone'] as const) {
        const source = await admin.active({}, BYTES);
        const { result } = await endOf('clone', { image_id: source.id });
        const [gone, left] = deleted === 'source' ? [source.id, result.image_id] : [result.image_id, source.id];
        expectStatus(await admin.delete(`/v2/images/${gone}`), 204);
        await eventually(async () => expect(await filesOf(service, gone)).toEqual([]));
        expect((await admin.download(left)).body.equals(BYTES)).toBe(true);
        expectStatus(await admin.delete(`/v2/images/${left}`), 204);
        await eventually(async () => expect(await filesOf(service, left)).toEqual([]));
      }
    });

    it('has bytes of its own in another store', async () => {
      const source = await admin.active({}, BYTES);
      const { result } = await endOf('clone', { image_id: source.id, store: 'slow' });
      expect((await admin.show(result.image_id)).stores).toBe('slow');
      expect(await inodeOf(result.image_id)).not.toBe(await inodeOf(source.id));
      expect((await admin.download(result.image_id)).body.equals(BYTES)).toBe(true);
    });

    it('does not take the encryption key of the image with it when it goes', async () => {
      const key = {
        cinder_encryption_key_id: randomUUID(),
        cinder_encryption_key_deletion_policy: 'on_image_deletion',
      };
      const source = await admin.active(key, BYTES);
      const { result } = await endOf('clone', { image_id: source.id });
      const clone = await admin.show(result.image_id);
      expect(clone.cinder_encryption_key_id).toBe(key.cinder_encryption_key_id);
      expect(clone).not.toHaveProperty('cinder_encryption_key_deletion_policy');
    });

    it('belongs to whoever asks for it', async () => {
      const owner = new ImageSession(() => service.url, newCast().admin);
      const source = await owner.active({ visibility: 'public' }, BYTES);
      const { result } = await endOf('clone', { image_id: source.id });
      const [clone, own] = [await admin.show(result.image_id), await admin.queued()];
      expect(clone.owner).toBe(own.owner);
      expect(clone.visibility).toBe('shared');
      expectStatus(await owner.delete(`/v2/images/${source.id}`), 204);
    });

    it('is refused of an image that is not there', async () => {
      const input = { image_id: '00000000-0000-4000-8000-00000000dead' };
      expectProblem(await admin.post('/v2/tasks', { type: 'clone', input }), 404);
    });
  });
});
