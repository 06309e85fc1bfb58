import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { expectEmpty, expectStatus } from '../support/expectations.js';
import { debianConf, severalStoresConf, writeGlanceFiles } from '../support/glance-files.js';
import { ImageSession } from '../support/image-session.js';
import { Service } from '../support/service.js';
import { newAdmin, newMember } from '../support/trusting-service.js';

const startWith = (conf: (folder: string) => string): Promise<Service> =>
  Service.start({
    role: 'api',
    args: (folder) => ['--config-file', writeGlanceFiles(folder, conf(folder))],
  });

const warningsOf = (service: Service): readonly string[] =>
  service.log
    .split('\n')
    .filter((line) => line.startsWith('{"level":40'))
    .map((line) => String((JSON.parse(line) as { msg: unknown }).msg));

describe('the API with the files of the Debian package', () => {
  let service: Service;
  let anybody: ImageSession;
  beforeAll(async () => {
    service = await startWith(debianConf);
    anybody = new ImageSession(() => service.url, null);
  });
  afterAll(() => service.remove());

  it('makes everybody an administrator, as the pipeline without a flavor does, and warns of it', async () => {
    expectStatus(await anybody.get('/v2/tasks'), 200);
    expect(warningsOf(service).join('\n')).toMatch(/whoever reaches this service is an administrator/);
  });

  it('keeps images in the folder of the single store, whose name nobody sees', async () => {
    const data = randomBytes(1000);
    const created = await anybody.tryCreate({ disk_format: 'raw', container_format: 'bare' });
    expectStatus(created, 201);
    expect(created.headers).not.toHaveProperty('openstack-image-store-ids');
    const id = String(created.json.id);
    expectEmpty(await anybody.upload(id, data), 204);
    expect(readFileSync(join(service.dataDir, 'images', id)).equals(data)).toBe(true);
    expect((await anybody.download(id)).body.equals(data)).toBe(true);
    const shown = (await anybody.get(`/v2/images/${id}`)).json;
    expect(shown).toMatchObject({ status: 'active' });
    expect(shown).not.toHaveProperty('stores');
    expectStatus(await anybody.get('/v2/info/stores'), 404);
    expectStatus(await anybody.delete(`/v2/stores/file/${id}`), 404);
  });

  it('keeps its events where the connection says', () => {
    expect(existsSync(join(service.dataDir, 'glance.sqlite'))).toBe(true);
    expect(existsSync(join(service.dataDir, 'events.sqlite'))).toBe(false);
  });

  it('says once of each option without effect that it has none', () => {
    const warnings = warningsOf(service);
    expect(warnings.filter((text) => text.includes('lock_path'))).toHaveLength(1);
    expect(warnings.filter((text) => text.includes('not an option of'))).toEqual([]);
  });

  it('answers 503 to health checks while the file of the pipeline is there', async () => {
    const file = join(service.dataDir, 'etc/healthcheck_disable');
    writeFileSync(file, '');
    expect((await anybody.get('/healthcheck')).status).toBe(503);
    await rm(file);
    expect((await anybody.get('/healthcheck')).status).toBe(200);
  });
});

describe('the API with the files of a deployment with several stores', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startWith((folder) => severalStoresConf(folder, 'fakeauth+cachemanagement'));
  });
  afterAll(() => service.remove());

  it('has its stores, import methods and older paths of the cache', async () => {
    const admin = newAdmin(service);
    const { stores } = (await admin.get('/v2/info/stores')).json as { stores: { id: string }[] };
    expect(stores.map(({ id }) => id)).toEqual(['fast', 'slow', 'web']);
    expect((await admin.get('/v2/info/import')).json).toMatchObject({
      'import-methods': { value: ['glance-direct', 'web-download', 'copy-image', 'glance-download'] },
    });
    expectStatus(await admin.get('/v2/cached_images'), 200);
    expectStatus(await new ImageSession(() => service.url, null).get('/v2/images'), 401);
  });

  it('keeps copies of what is downloaded', async () => {
    const { id } = await newMember(service).active({ visibility: 'shared' }, randomBytes(1000));
    const admin = newAdmin(service);
    expectStatus(await admin.download(id), 200);
    await eventually(async () => {
      const { cached_images: cached } = (await admin.get('/v2/cache')).json as {
        cached_images: { image_id: string }[];
      };
      expect(cached.map(({ image_id: image }) => image)).toEqual([id]);
    });
  });

  it('is as many processes as they say, which never tell a secret', async () => {
    await eventually(() => {
      const ready = service.log.split('\n').filter((line) => line.includes('"msg":"ready"'));
      expect(ready.map((line) => JSON.parse(line))).toEqual([
        expect.objectContaining({ pids: [expect.any(Number), expect.any(Number)] }),
      ]);
    });
    expect(service.log).not.toContain('hidden-one');
  });
});

describe('a pipeline without filters for the cache', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startWith((folder) => severalStoresConf(folder, 'fakeauth'));
  });
  afterAll(() => service.remove());

  it('lets downloads pass the cache by, although it can be managed', async () => {
    const { id } = await newMember(service).active({}, randomBytes(1000));
    const admin = newAdmin(service);
    const cached = async (): Promise<readonly Readonly<{ image_id: string; hits: number }>[]> =>
      ((await admin.get('/v2/cache')).json as { cached_images: { image_id: string; hits: number }[] }).cached_images;
    expectStatus(await admin.download(id), 200);
    expectStatus(await admin.put(`/v2/cache/${id}`), 202);
    await eventually(async () => expect(await cached()).toMatchObject([{ image_id: id, hits: 0 }]));
    expectStatus(await admin.download(id), 200);
    expect(await cached()).toMatchObject([{ image_id: id, hits: 0 }]);
    expectStatus(await admin.get('/v2/cached_images'), 404);
  });
});

describe('hindsight config', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'hindsight-glance-files-'))));
  afterAll(() => rm(folder, { recursive: true }));

  const run = async (conf: string, ...words: readonly string[]) => {
    const service = await Service.prepare({ dataDir: folder });
    return service.command('config', ...words, '--config-file', writeGlanceFiles(folder, conf));
  };

  it('checks files that can be used with exit code 0, and shows them without secrets', async () => {
    const conf = severalStoresConf(folder, 'fakeauth');
    expect(await run(conf, 'check', '--role', 'api')).toMatchObject({ exitCode: 0, stderr: '' });
    const shown = await run(conf, 'show', '--set');
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toMatch(/^\[slow\] weight = 10 +# .*glance-api\.conf:\d+$/m);
    expect(shown.stdout).not.toContain('hidden-one');
  });

  it('checks what cannot be used with exit code 1, by file, line and option', async () => {
    const conf = severalStoresConf(folder, 'fakeauth').replace('default_backend = fast', 'default_backend = absent');
    const { exitCode, stdout } = await run(`${conf}\nidentity = nonsense\n`, 'check');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^problem: \[glance_store\] default_backend = "absent" is not a store: .*glance-api\.conf:\d+\)$/m,
    );
    expect(stdout).toMatch(/^problem: \[hindsight\] identity = "nonsense" \(.*glance-api\.conf:\d+\): must be one of/m);
    expect((await run(conf, 'show')).exitCode).toBe(2);
  });
});
