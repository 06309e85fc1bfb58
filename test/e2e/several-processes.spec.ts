import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloudToken } from '../support/cloud.js';
import { eventually } from '../support/eventually.js';
import { expectEmpty, expectStatus } from '../support/expectations.js';
import type { HttpResponse } from '../support/http-client.js';
import { ImageSession } from '../support/image-session.js';
import { linesOf, said } from '../support/log-lines.js';
import { signalTo } from '../support/process-signals.js';
import { Service } from '../support/service.js';
import type { ServiceEnvironment, ServiceOptions } from '../support/service.js';
import { expectNothingLeft } from '../support/task-aftermath.js';
import { endOfImport, requestImport } from '../support/task-flows.js';
import { filesOf, newAdmin, newMember, trusting } from '../support/trusting-service.js';

const MIB = 1024 * 1024;
const REPLACED = 'a process has ended by itself; another one takes its place';

/** The processes that answer requests, as they were when the service became ready. */
const pidsOf = (service: Service): readonly number[] => said(service, 'ready').at(-1)?.['pids'] as number[];

/** Which process gave an answer; its log may come later. */
const processOf = (service: Service, { headers }: HttpResponse): Promise<number> =>
  eventually(() => {
    const id = headers['x-openstack-request-id'];
    const line = said(service, 'request').find(({ request_id: logged }) => logged === id);
    if (line === undefined) throw new Error(`nobody has logged ${String(id)}`);
    return line.pid;
  });

const isAlive = (pid: number): boolean => signalTo(pid, 0);

const kill = (pid: number | undefined): void => void process.kill(pid ?? NaN, 'SIGKILL');

/** A metric of all processes; NaN while it is not there. */
const metric = async (service: Service, pattern: string): Promise<number> => {
  const { text } = expectStatus(await new ImageSession(() => service.url, null).get('/metrics'), 200);
  return Number(new RegExp(`^${pattern} (.*)$`, 'm').exec(text)?.[1] ?? NaN);
};

const running = (service: Service): Promise<number> => metric(service, 'hindsight_processes');

const SCHEMA_REQUESTS = 'hindsight_http_requests_total\\{[^}]*route="/v2/schemas/image"[^}]*\\}';

const severalProcesses = (count: number, environment: ServiceEnvironment = {}): ServiceOptions => ({
  ...trusting({ OS_DEFAULT__WORKERS: String(count), ...environment }),
});

describe('a service of three processes', () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start(severalProcesses(3));
    await eventually(() => expect(said(service, 'ready')).toHaveLength(1));
  });
  afterAll(() => service.remove());

  it('says once where it is, and what is to be known of its configuration', () => {
    expect(said(service, 'ready')).toEqual([
      expect.objectContaining({ role: 'serve', address: service.url, data_dir: service.dataDir }),
    ]);
    expect(new Set(pidsOf(service)).size).toBe(3);
    expect(service.log.match(/Hindsight is ready at/g)).toHaveLength(1);
    expect(service.log.match(/is believed/g)).toHaveLength(1);
  });

  it('answers requests in each of them', async () => {
    const member = newMember(service);
    const answering = new Set<number>();
    await eventually(async () => {
      answering.add(await processOf(service, expectStatus(await member.get('/v2/images'), 200)));
      expect([...answering].sort()).toEqual([...pidsOf(service)].sort());
    });
  });

  it('shows what one process has written to whoever asks another one next', async () => {
    const member = newMember(service);
    const other = newMember(service);
    const data = randomBytes(1000);
    const places = new Set<boolean>();
    for (let count = 1; count <= 20; count += 1) {
      const created = expectStatus(await member.tryCreate({ disk_format: 'raw', container_format: 'bare' }), 201);
      const { id } = created.json;
      const shown = expectStatus(await member.get(`/v2/images/${id}`), 200);
      expect((await member.list('?limit=1000')).images).toHaveLength(count);
      expectEmpty(await member.upload(id, data), 204);
      expect((await member.download(id)).body.equals(data)).toBe(true);
      expectStatus(await member.patch(id, [{ op: 'add', path: '/visibility', value: 'community' }]), 200);
      expect((await other.show(id)).visibility).toBe('community');
      expectEmpty(await member.put(`/v2/images/${id}/tags/red`), 204);
      expect((await member.names(`?tag=red&limit=1000`)).length).toBe(count);
      expectStatus(await newAdmin(service).action(id, 'deactivate'), 204);
      expectStatus(await other.download(id), 403);
      places.add((await processOf(service, created)) === (await processOf(service, shown)));
    }
    expect([...places].sort()).toEqual([false, true]);
  });

  it('takes each change of one image once, whichever processes are asked at the same time', async () => {
    const member = newMember(service);
    const { id } = await member.queued();
    const tags = Array.from({ length: 12 }, (_, number) => `tag-${number}`);
    const answers = await Promise.all(tags.map((tag) => member.put(`/v2/images/${id}/tags/${tag}`)));
    const added = tags.filter((_, index) => answers[index]?.status === 204);
    expect((await member.show(id)).tags.sort()).toEqual(added.sort());
    expect(answers.map(({ status }) => status).filter((status) => status !== 204 && status !== 409)).toEqual([]);
  });

  it('does its background duties once', async () => {
    const member = newMember(service);
    const images = await Promise.all(Array.from({ length: 6 }, () => member.staged({}, randomBytes(5000))));
    for (const { id } of images) {
      expectStatus(await requestImport(member, id, { method: { name: 'glance-direct' } }), 202);
    }
    for (const { id } of images) {
      expect(await endOfImport(member, id)).toMatchObject({ status: 'success' });
      expectEmpty(await member.delete(`/v2/images/${id}`), 204);
      await eventually(async () => expect(await filesOf(service, id)).toEqual([]));
    }
    await expectNothingLeft(service);
  });
});

describe('processes of a service', () => {
  let service: Service;
  afterEach(() => service.remove());

  const start = async (count: number, options: Omit<ServiceOptions, 'environment'> = {}): Promise<void> => {
    service = await Service.start({ ...severalProcesses(count), ...options });
    await eventually(() => expect(said(service, 'ready')).toHaveLength(1));
  };

  /** Requests until each process will have had some. */
  const requestSchemas = async (count: number): Promise<void> => {
    const member = newMember(service);
    for (let done = 0; done < count; done += 1) expectStatus(await member.get('/v2/schemas/image'), 200);
  };

  it('are replaced when they die, while the others go on', async () => {
    await start(2);
    const member = newMember(service);
    const { id } = await member.active();
    for (const [number, pid] of pidsOf(service).entries()) {
      kill(pid);
      await eventually(() =>
        expect(said(service, REPLACED).at(-1)).toMatchObject({
          level: 50,
          process: number + 1,
          ended_pid: pid,
          signal: 'SIGKILL',
        }),
      );
      await eventually(async () => expect(await running(service)).toBe(2));
      expect((await member.download(id)).text).toBe('ABCDEFGHIJ');
    }
    expect(await metric(service, 'hindsight_processes_replaced_total')).toBe(2);
    expect(await service.stop()).toBe(0);
  });

  it('are one in their metrics, which never fall', async () => {
    await start(2);
    await requestSchemas(30);
    await eventually(async () => expect(await metric(service, SCHEMA_REQUESTS)).toBe(30));
    kill(pidsOf(service)[0]);
    await eventually(async () => {
      expect(await metric(service, 'hindsight_processes_replaced_total')).toBe(1);
      expect(await running(service)).toBe(2);
    });
    await requestSchemas(10);
    await eventually(async () => expect(await metric(service, SCHEMA_REQUESTS)).toBe(40));
  });

  it('finish what they have begun when the service is told to stop', async () => {
    await start(2, { role: 'api' });
    const member = newMember(service);
    const uploads = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const { id } = await member.queued();
        const upload = member.openUpload(id);
        await upload.write(randomBytes(MIB));
        return { id, upload };
      }),
    );
    for (const { id } of uploads) {
      await eventually(async () => expect((await member.show(id)).status).toBe('saving'));
    }
    const pids = pidsOf(service);
    const ended = service.stop();
    await eventually(() => expect(said(service, 'stopping')).toHaveLength(1));
    for (const { upload } of uploads) {
      await upload.write(randomBytes(MIB));
      upload.end();
      expectEmpty(await upload.response, 204);
    }
    expect(await ended).toBe(0);
    expect(said(service, 'stopped')).toHaveLength(1);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('end when whoever supervises them is killed', async () => {
    await start(3);
    const pids = pidsOf(service);
    await service.kill9();
    await eventually(() => expect(pids.filter(isAlive)).toEqual([]));
    await service.launch();
    expect((await newMember(service).get('/v2/images')).status).toBe(200);
  });

  it('keep a port that the system has chosen', async () => {
    service = await Service.prepare({ environment: () => ({ OS_DEFAULT__WORKERS: '2' }) });
    const { child, exit, result } = service.startCommand('serve', '--bind-port', '0');
    const ready = await eventually(() => {
      const [line] = linesOf(result().stdout).filter(({ msg }) => msg === 'ready');
      if (line === undefined) throw new Error(`not ready\n${result().stdout}`);
      return line;
    });
    const anonymous = new ImageSession(() => String(ready['address']), null);
    for (const pid of ready['pids'] as number[]) {
      kill(pid);
      await eventually(async () => {
        const { text } = expectStatus(await anonymous.get('/metrics'), 200);
        expect(text).toMatch(/^hindsight_processes 2$/m);
        expect(text).not.toMatch(/^hindsight_processes_replaced_total 0$/m);
      });
    }
    expect(await cloudToken(service, 'hindsight')).toMatch(/^\S+$/);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('know no token any more that one of them was given back', async () => {
    service = await Service.start({ environment: () => ({ OS_DEFAULT__WORKERS: '2' }) });
    const token = await cloudToken(service, 'hindsight');
    const session = new ImageSession(() => service.url, { project: '', token });
    for (let count = 0; count < 10; count += 1) expectStatus(await session.get('/v2/images'), 200);
    const answer = await session.request('DELETE', '/identity/v3/auth/tokens', {
      headers: { 'X-Subject-Token': token },
    });
    expectEmpty(answer, 204);
    for (let count = 0; count < 10; count += 1) expectStatus(await session.get('/v2/images'), 401);
  });
});

describe('several processes that get SIGHUP', () => {
  const IN_USE = 'configuration read again';
  const REFUSED = 'the configuration cannot be used; the former one stays';
  let service: Service;

  const configure = (text: string): void => writeFileSync(join(service.dataDir, 'api.conf'), `[DEFAULT]\n${text}\n`);

  const reload = async (text: string, message: string): Promise<void> => {
    const before = said(service, message).length;
    configure(text);
    service.signal('SIGHUP');
    await eventually(() => expect(said(service, message)).toHaveLength(before + 1));
  };

  /** How many images pages hold that are asked of whichever process. */
  const pageSizes = async (): Promise<readonly number[]> => {
    const admin = newAdmin(service);
    const sizes = new Set<number>();
    for (let count = 0; count < 20; count += 1) sizes.add((await admin.list('?visibility=all')).images.length);
    return [...sizes];
  };

  beforeEach(async () => {
    service = await Service.prepare({ ...trusting(), args: (dataDir) => ['--config-file', join(dataDir, 'api.conf')] });
    configure('workers = 2\nlimit_param_default = 1');
    await service.launch();
    await eventually(() => expect(said(service, 'ready')).toHaveLength(1));
    const member = newMember(service);
    for (let count = 0; count < 3; count += 1) await member.queued();
  });
  afterEach(() => service.remove());

  it('all go by the new configuration, and say so once', async () => {
    expect(await pageSizes()).toEqual([1]);
    await reload('workers = 2\nlimit_param_default = 2\nlock_path = /tmp', IN_USE);
    expect(await pageSizes()).toEqual([2]);
    expect(service.log.match(/lock_path/g)).toHaveLength(1);
  });

  it('all keep the former one when the new one is wrong, and say why once', async () => {
    await reload('workers = 2\nlimit_param_default = many', REFUSED);
    expect(await pageSizes()).toEqual([1]);
    expect(service.log.match(/limit_param_default = /g)).toHaveLength(1);

    const noFolder = join(service.dataDir, 'file');
    writeFileSync(noFolder, '');
    await reload(`workers = 2\nlimit_param_default = 2\nimage_cache_dir = ${noFolder}`, REFUSED);
    expect(await pageSizes()).toEqual([1]);
    expect(said(service, IN_USE)).toEqual([]);
  });

  it('become more and fewer', async () => {
    await reload('workers = 4\nlimit_param_default = 1', IN_USE);
    await eventually(async () => expect(await running(service)).toBe(4));
    await reload('workers = 1\nlimit_param_default = 1', IN_USE);
    await eventually(async () => expect(await running(service)).toBe(1));
    expect(await pageSizes()).toEqual([1]);
    expect(said(service, REPLACED)).toEqual([]);
    expect(await service.stop()).toBe(0);
  });
});

describe('several processes that cannot start', () => {
  let service: Service;
  beforeEach(async () => {
    service = await Service.prepare(severalProcesses(3));
  });
  afterEach(() => service.remove());

  it('say once what is wrong with the configuration', async () => {
    const wrong = await Service.prepare(severalProcesses(3, { OS_DEFAULT__LIMIT_PARAM_DEFAULT: 'many' }));
    expect(await wrong.launchUntilExit()).toBe(2);
    expect(wrong.log.match(/limit_param_default/g)).toHaveLength(1);
    await wrong.remove();
  });

  it('say once that somebody else listens there', async () => {
    const somebody = createServer();
    await new Promise<void>((resolve) => somebody.listen(Number(new URL(service.url).port), '127.0.0.1', resolve));
    expect(await service.launchUntilExit()).toBe(2);
    expect(service.log.match(/cannot listen there \(.*EADDRINUSE/g)).toHaveLength(1);
    await new Promise((resolve) => somebody.close(resolve));
  });

  it('say once that their data cannot be opened', async () => {
    mkdirSync(join(service.dataDir, 'events.sqlite'));
    expect(await service.launchUntilExit()).toBe(1);
    expect(service.log.match(/EventStoreUnavailable/g)).toHaveLength(1);
    expect(said(service, 'ready')).toEqual([]);
  });
});
