import { EsdbLog } from '../../support/esdb/esdb-log.js';
import { EsdbServer } from '../../support/esdb/esdb-server.js';
import { Gate } from '../../support/esdb/gate.js';
import { eventually } from '../../support/eventually.js';
import { expectStatus } from '../../support/expectations.js';
import { expectSuccess } from '../../support/run-command.js';
import { Service } from '../../support/service.js';
import { newMember, startTrustingService, trusting } from '../../support/trusting-service.js';

const SECRET = 'topsecret';

describe('a service whose events are in KurrentDB', () => {
  let log: EsdbLog;
  let server: EsdbServer;
  let gate: Gate;
  let service: Service;

  const eventStore = (): string => `esdb://admin:${SECRET}@127.0.0.1:${gate.port}?tls=false`;

  beforeAll(async () => {
    log = new EsdbLog();
    server = new EsdbServer({ log });
    gate = await Gate.before(await server.listen());
    service = await startTrustingService({ OS_HINDSIGHT__EVENT_STORE: eventStore() });
  });
  afterAll(async () => {
    await service.remove();
    await gate.close();
    server.close();
  });

  it('stores and serves images', async () => {
    const member = newMember(service);
    const image = await member.queued({ name: 'first' });
    const data = Buffer.from('an image');
    expectStatus(await member.upload(image.id, data), 204);

    expect(expectStatus(await member.get(`/v2/images/${image.id}`), 200).json).toMatchObject({ status: 'active' });
    expect(expectStatus(await member.get(`/v2/images/${image.id}/file`), 200).body).toEqual(data);
    expect(log.stream(`hindsight.image-${image.id}`)).toHaveLength(3);
    expectSuccess(await service.command('verify'));
  });

  it('answers reads and refuses writes while the server is away, and goes on by itself when it is back', async () => {
    const member = newMember(service);
    const { id } = await member.create({ name: 'before' });
    gate.shut();

    const refused = expectStatus(await member.tryCreate({ name: 'meanwhile' }), 503);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.body.toString()).not.toContain(SECRET);
    expect(expectStatus(await member.get(`/v2/images/${id}`), 200).json).toMatchObject({ name: 'before' });
    expect(expectStatus(await member.get('/v2/images'), 200).json.images).toHaveLength(1);

    gate.open();
    const patch = [{ op: 'replace', path: '/name', value: 'after' }];
    await eventually(async () => expectStatus(await member.patch(id, patch), 200));
    expect(expectStatus(await member.get(`/v2/images/${id}`), 200).json).toMatchObject({ name: 'after' });
    expect(service.log).not.toContain(SECRET);
  });

  it('says that a change is too large when the server takes no event of that size', async () => {
    const member = newMember(service);
    const image = await member.queued({ name: 'small' });
    const patch = [{ op: 'add', path: '/text', value: 'x'.repeat(1_048_400) }];
    const refused = expectStatus(await member.patch(image.id, patch), 413);

    expect(refused.body.toString()).toContain('Maximum Append Size of 1048576 Exceeded');
    expect(expectStatus(await member.get(`/v2/images/${image.id}`), 200).json).not.toHaveProperty('text');
  });

  it('does not start with a server that it cannot use, and names the option', async () => {
    const old = new EsdbServer({ version: '21.10.0' });
    const connection = `esdb://admin:${SECRET}@127.0.0.1:${await old.listen()}?tls=false`;
    const refused = await Service.prepare(trusting({ OS_HINDSIGHT__EVENT_STORE: connection }));
    try {
      expect(await refused.launchUntilExit()).toBe(2);
      expect(refused.log).toMatch(/\[hindsight\] event_store: the server's version is 21\.10\.0/);
      expect(refused.log).not.toContain(SECRET);
    } finally {
      await refused.remove();
      old.close();
    }
  });
});
