import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventHash } from '../../src/events/event-hash.js';
import type { NewEvent } from '../../src/events/event-store.js';
import { dyingAt } from '../support/crash-point.js';
import { eventually } from '../support/eventually.js';
import { sendHttpRequest } from '../support/http-client.js';
import { expectSuccess } from '../support/run-command.js';
import { Service } from '../support/service.js';
import type { ServiceEnvironment } from '../support/service.js';
import { signedLog, withEventsFile } from '../support/signed-log.js';
import { newMember } from '../support/trusting-service.js';

const FILE = 'checkpoints.jsonl';

/** Signs every second, into the log and into a file. */
const signing =
  (more: ServiceEnvironment = {}) =>
  (dataDir: string): ServiceEnvironment => ({
    OS_HINDSIGHT__IDENTITY: 'fakeauth',
    OS_HINDSIGHT__AUDIT_CHECKPOINT_INTERVAL: '1',
    OS_HINDSIGHT__AUDIT_CHECKPOINT_FILE: join(dataDir, FILE),
    ...more,
  });

type Row = Readonly<{ position: number; revision: number; id: string; type: string; schema_version: number }> & {
  data: string;
  metadata: string;
};

describe('a log that is signed', () => {
  let service: Service;

  beforeEach(async () => {
    service = await Service.start({ environment: signing() });
  });
  afterEach(() => service.remove());

  const verify = async (...options: readonly string[]) => {
    const { exitCode, stdout, stderr } = await service.command('verify', '--audit', '--json', ...options);
    const lines = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    return { exitCode, stderr, misfit: lines.at(-2), summary: lines.at(-1) };
  };

  it('fits to what was signed, while the service works', async () => {
    const member = newMember(service);
    const { id } = await member.active();
    await signedLog(service);
    await member.patch(id, [{ op: 'replace', path: '/name', value: 'later' }]);
    const { exitCode, misfit, summary } = await verify();
    expect([exitCode, misfit]).toEqual([0, undefined]);
    expect(summary.vouched_for).toBeGreaterThanOrEqual(3);
    expect(summary.not_covered).toBeGreaterThanOrEqual(1);
    expect(statSync(join(service.dataDir, 'audit-key.pem')).mode & 0o777).toBe(0o600);
    expectSuccess(await service.command('verify'));
  });

  /** Rewrites an event, and every hash that tells of it in its stream. */
  const forge = (stream: string, revision: number): Row =>
    withEventsFile(service, (database) => {
      const rows = database.prepare('SELECT * FROM events WHERE stream = ? ORDER BY revision').all(stream) as Row[];
      let previousHash: string | null = null;
      for (const row of rows) {
        if (row.revision === revision) row.data = row.data.replace('first name', 'other name');
        const metadata = { ...JSON.parse(row.metadata), previousHash };
        row.metadata = JSON.stringify(metadata);
        database
          .prepare('UPDATE events SET data = ?, metadata = ? WHERE position = ?')
          .run(row.data, row.metadata, row.position);
        const { id, type, schema_version: schemaVersion } = row;
        const event: NewEvent = { id, type, schemaVersion, data: JSON.parse(row.data), metadata };
        previousHash = eventHash(stream, row.revision, event);
      }
      return rows[revision]!;
    });

  it('shows the event that somebody rewrote together with all hashes in its stream', async () => {
    const member = newMember(service);
    await member.create();
    const { id } = await member.create({ name: 'first name' });
    await member.patch(id, [{ op: 'replace', path: '/name', value: 'second name' }]);
    await member.create();
    await signedLog(service);
    const { position } = forge(`image-${id}`, 0);
    expect(await verify()).toMatchObject({
      exitCode: 1,
      misfit: { stream: `image-${id}`, revision: 0, position: String(position) },
      summary: { findings: 1 },
    });
    const text = await service.command('verify', '--audit');
    expect(text.stdout).toMatch(new RegExp(`^audit: image-${id}#0 at position ${position}: it is not what was signed`));
  });

  it('shows by the file of checkpoints that the end of the log was cut off', async () => {
    const member = newMember(service);
    const { id } = await member.create();
    await signedLog(service);
    await member.create();
    await signedLog(service);
    await service.stop();
    withEventsFile(service, (database) => database.exec('DELETE FROM events WHERE position > 1'));
    expect(await verify()).toMatchObject({
      exitCode: 1,
      misfit: { stream: `image-${id}`, revision: 0, problem: expect.stringContaining('the log ends here') },
    });
    for (const name of readdirSync(service.dataDir))
      if (name.startsWith('read-models')) rmSync(join(service.dataDir, name));
    await service.launch();
    await eventually(async () => {
      const { text } = await sendHttpRequest(service.url, { method: 'GET', path: '/metrics' });
      expect(text).toMatch(
        /^hindsight_consumer_failures_total\{consumer="notary",error="AuditCheckpointLost"\} [1-9]/m,
      );
    });
    expect(service.log).toContain('AuditCheckpointLost');
  });

  it('can be verified with the public key, and not with another', async () => {
    const { id } = await newMember(service).create();
    await signedLog(service);
    const own = join(service.dataDir, 'notary.pem');
    writeFileSync(own, expectSuccess(await service.command('audit', 'public-keys')));
    expect(readFileSync(own, 'utf8')).not.toContain('PRIVATE');
    const checkpoints = join(service.dataDir, FILE);
    expect((await verify('--public-key', own, '--checkpoints', checkpoints)).exitCode).toBe(0);

    const stranger = await Service.start({ environment: signing() });
    const other = join(service.dataDir, 'stranger.pem');
    writeFileSync(other, expectSuccess(await stranger.command('audit', 'public-keys')));
    await stranger.remove();
    expect(await verify('--public-key', other)).toMatchObject({
      exitCode: 1,
      misfit: { stream: 'audit-log', problem: expect.stringContaining('nobody vouches') },
    });
    expect(id).toBeDefined();
  });

  it('goes on with a new key without a restart, and the old checkpoints are still good', async () => {
    const member = newMember(service);
    await member.create();
    await signedLog(service);
    const trusted = join(service.dataDir, 'trusted.pem');
    writeFileSync(trusted, expectSuccess(await service.command('audit', 'public-keys')));
    expectSuccess(await service.command('audit', 'rotate-key'));
    await member.create();
    await signedLog(service);
    const keys = withEventsFile(service, (database) =>
      database.prepare(`SELECT count(*) FROM events WHERE type = 'AuditKeyIntroduced'`).pluck().get(),
    );
    expect(keys).toBe(2);
    expect((await verify()).exitCode).toBe(0);
    expect((await verify('--public-key', trusted)).exitCode).toBe(0);
  });

  it.each([
    ['--public-key', '/nonexistent'],
    ['--checkpoints', '/nonexistent'],
    ['--public-key', '/dev/null'],
  ])('cannot be verified with %s %s', async (option, path) => {
    const { exitCode, stderr } = await verify(option, path);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(option);
  });
});

describe('a service that should sign', () => {
  it('does not start with a key file that is missing or holds something else', async () => {
    for (const path of ['/nonexistent/key.pem', '/dev/null']) {
      const service = await Service.prepare({ environment: signing({ OS_HINDSIGHT__AUDIT_KEY_FILE: path }) });
      expect(await service.launchUntilExit()).toBe(2);
      expect(service.log).toContain('[hindsight] audit_key_file');
      await service.remove();
    }
  });

  it.each(['before', 'after'] as const)(
    'goes on where it was when it died %s it recorded a checkpoint',
    async (when) => {
      const calm = { OS_HINDSIGHT__AUDIT_CHECKPOINT_INTERVAL: '3600' };
      const service = await Service.start({ environment: signing(calm) });
      const { dataDir } = service;
      const dying = await Service.prepare({
        dataDir,
        environment: signing(dyingAt({ when, event: 'AuditCheckpointSigned', data: '' })),
      });
      const living = await Service.prepare({ dataDir, environment: signing() });
      try {
        await newMember(service).active();
        await service.stop();
        expect(await dying.launchUntilExit()).toBeNull();

        await living.launch();
        await newMember(living).active();
        await signedLog(living);
        const { exitCode, stdout } = await living.command('verify', '--audit', '--json');
        const { checkpoints, filed_checkpoints: filed, vouched_for: vouchedFor } = JSON.parse(stdout);
        expect(exitCode).toBe(0);
        expect(filed).toBe(checkpoints);
        expect(vouchedFor).toBeGreaterThanOrEqual(6);
        const recorded = withEventsFile(living, (database) =>
          database.prepare(`SELECT type FROM events WHERE stream = 'audit-log' ORDER BY revision`).pluck().all(),
        );
        expect(recorded.filter((type) => type === 'AuditKeyIntroduced')).toHaveLength(1);
        expect(readFileSync(join(dataDir, FILE), 'utf8').trimEnd().split('\n')).toHaveLength(recorded.length);
      } finally {
        await living.remove();
        await service.remove();
      }
    },
  );
});
