import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request as openRequest } from 'node:http';
import { join } from 'node:path';
import { newCast } from '../support/callers.js';
import { eventually } from '../support/eventually.js';
import { expectEmpty, expectStatus } from '../support/expectations.js';
import { freePort, Service } from '../support/service.js';
import { newAdmin, newMember, trusting } from '../support/trusting-service.js';

const MIB = 1024 * 1024;
const IN_USE = 'configuration read again';
const ENDED = 'the former configuration is no longer in use';

describe('a process that gets SIGHUP', () => {
  let service: Service;

  const configure = (text: string): void => writeFileSync(join(service.dataDir, 'glance-api.conf'), text);

  /** How often the log has said this. */
  const said = (message: string): number => service.log.split(`"msg":"${message}"`).length - 1;

  const reload = async (text: string): Promise<void> => {
    const before = said(IN_USE);
    configure(text);
    service.signal('SIGHUP');
    await eventually(() => expect(said(IN_USE)).toBe(before + 1));
  };

  beforeEach(async () => {
    service = await Service.prepare({
      ...trusting(),
      args: (dataDir) => ['--config-file', join(dataDir, 'glance-api.conf')],
    });
    configure('[DEFAULT]\nimage_tag_quota = 1\n');
    await service.launch();
  });
  afterEach(() => service.remove());

  const tagStatus = async (tag: string, imageId: string): Promise<number> =>
    (await newAdmin(service).put(`/v2/images/${imageId}/tags/${tag}`)).status;

  it('finishes the upload in progress, while new requests see the new options', async () => {
    const member = newMember(service);
    const { id } = await member.queued();
    expect(await tagStatus('one', id)).toBe(204);
    expect(await tagStatus('two', id)).toBe(413);
    const data = randomBytes(4 * MIB);
    const upload = member.openUpload(id);
    await upload.write(data.subarray(0, 2 * MIB));
    await eventually(async () => expect((await member.show(id)).status).toBe('saving'));

    await reload('[DEFAULT]\nimage_tag_quota = 2\n');
    expect(await tagStatus('two', id)).toBe(204);
    expect(said(ENDED)).toBe(0);
    await upload.write(data.subarray(2 * MIB));
    upload.end();

    expectEmpty(await upload.response, 204);
    expect((await member.download(id)).body.equals(data)).toBe(true);
    await eventually(() => expect(said(ENDED)).toBe(1));
  });

  it('keeps the former configuration when the new one is wrong, and says why', async () => {
    const { id } = await newMember(service).queued();
    configure('[DEFAULT]\nimage_tag_quota = many\nbind_port = 99999\n');
    service.signal('SIGHUP');
    await eventually(() => expect(service.log).toMatch(/"level":50.*image_tag_quota.*the former one stays/));
    expect(await tagStatus('one', id)).toBe(204);
    expect(await tagStatus('two', id)).toBe(413);

    await reload('[DEFAULT]\nimage_tag_quota = 2\n');
    expect(await tagStatus('two', id)).toBe(204);
  });

  it('goes to another store, and still serves what is in the former one', async () => {
    const member = newMember(service);
    const before = await member.active({}, Buffer.from('before'));
    await reload(
      `[DEFAULT]\nenabled_backends = local:file,other:file\n[glance_store]\ndefault_backend = other\n` +
        `[local]\nfilesystem_store_datadir = ${join(service.dataDir, 'images')}\n` +
        `[other]\nfilesystem_store_datadir = ${join(service.dataDir, 'other')}\n`,
    );
    const after = await member.active({}, Buffer.from('after'));
    expect(await member.show(after.id)).toMatchObject({ stores: 'other' });
    expect(await member.show(before.id)).toMatchObject({ stores: 'local' });
    expect((await member.download(before.id)).text).toBe('before');
  });

  it('20 times under load loses no request', async () => {
    const admin = newAdmin(service);
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const statuses = new Map<number | string, number>();
    let goesOn = true;
    const client = async (): Promise<void> => {
      while (goesOn) {
        const status = await statusOf(agent, service.url, { 'X-Auth-Token': newCast().admin.token });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    const clients = Array.from({ length: 4 }, client);
    for (let time = 1; time <= 20; time += 1) await reload(`[DEFAULT]\nlimit_param_default = ${time}\n`);
    goesOn = false;
    await Promise.all(clients);
    agent.destroy();

    expect([...statuses.keys()]).toEqual([200]);
    expect(expectStatus(await admin.get('/v2/images'), 200).json.images).toEqual([]);
    await eventually(() => expect(said(ENDED)).toBe(20));
    expect(await service.stop()).toBe(0);
  });

  it('listens elsewhere when the address has changed, and only then gives up the former one', async () => {
    await service.remove();
    const [first, second] = [await freePort(), await freePort()];
    const at = (port: number): string => `[DEFAULT]\nbind_port = ${port}\n`;
    service = await Service.prepare({
      ...trusting(),
      configuredPort: first,
      args: (dataDir) => ['--config-file', join(dataDir, 'glance-api.conf')],
    });
    configure(at(first));
    await service.launch();
    await reload(at(second));
    const answer = (port: number): Promise<number | string> => statusOf(undefined, `http://127.0.0.1:${port}`, {}, '/');
    expect(await answer(second)).toBe(300);
    await eventually(async () => expect(await answer(first)).toBe('ECONNREFUSED'));
  });

  it('logs where the new configuration says', async () => {
    const logFile = join(service.dataDir, 'log', 'api.log');
    configure(`[DEFAULT]\nlog_file = ${logFile}\n`);
    service.signal('SIGHUP');
    await eventually(() => expect(readFileSync(logFile, 'utf8')).toContain(IN_USE));
    await newAdmin(service).get('/v2/images');
    await eventually(() => expect(readFileSync(logFile, 'utf8')).toContain('"path":"/v2/images"'));
  });
});

/** The status of one answer, or the code of the failure. */
const statusOf = (
  agent: Agent | undefined,
  url: string,
  headers: Readonly<Record<string, string>>,
  path = '/v2/images',
): Promise<number | string> =>
  new Promise((resolve) => {
    const request = openRequest(url + path, { headers, ...(agent && { agent }) }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
    request.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    request.end();
  });
