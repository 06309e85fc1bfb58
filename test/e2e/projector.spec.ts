import { appendByHand, changeLog } from '../support/appended-by-hand.js';
import { dyingAt } from '../support/crash-point.js';
import { eventually } from '../support/eventually.js';
import { sendHttpRequest } from '../support/http-client.js';
import type { HttpResponse } from '../support/http-client.js';
import { BackgroundProcess } from '../support/task-deployment.js';
import { freePort, Service } from '../support/service.js';
import type { ServiceEnvironment } from '../support/service.js';
import { newMember, trusting } from '../support/trusting-service.js';

/** A process that keeps read models up to the events. */
type Projector = Readonly<{
  process: BackgroundProcess;
  ask(path: '/healthcheck' | '/metrics'): Promise<HttpResponse>;
}>;

describe('hindsight projector', () => {
  let api: Service;
  let environment: ServiceEnvironment;
  let projectors: Projector[];

  beforeEach(async () => {
    environment = {};
    projectors = [];
    const { environment: basic } = trusting();
    api = await Service.start({ role: 'api', environment: (folder) => ({ ...basic?.(folder), ...environment }) });
  });
  afterEach(async () => {
    await Promise.all(projectors.map(({ process }) => process.kill9()));
    await api.remove();
  });

  const start = async (): Promise<Projector> => {
    const port = await freePort();
    environment = { OS_HINDSIGHT__STATUS_PORT: String(port) };
    const process = new BackgroundProcess(api.startCommand('projector'));
    environment = {};
    const url = `http://127.0.0.1:${port}`;
    const projector: Projector = { process, ask: (path) => sendHttpRequest(url, { method: 'GET', path }) };
    projectors.push(projector);
    await eventually(async () => {
      if (!process.isRunning) throw new Error(process.log);
      expect(await projector.ask('/healthcheck')).toMatchObject({ status: 200, text: 'OK' });
    });
    return projector;
  };

  const metric = async ({ ask }: Projector, name: string): Promise<number | null> => {
    const line = (await ask('/metrics')).text.split('\n').find((each) => each.startsWith(`${name} `));
    return line === undefined ? null : Number(line.slice(name.length + 1));
  };

  const lag = (projector: Projector): Promise<number | null> =>
    metric(projector, 'hindsight_projection_lag_events{projection="image-details"}');

  it('brings the read models up to events whose writer died, and says how far they are', async () => {
    await api.stop();
    environment = dyingAt({ when: 'after', event: 'ImageDetailsChanged', data: 'after' });
    await api.launch();
    const projector = await start();
    const member = newMember(api);
    const { id } = await member.create({ name: 'before' });
    await member.patch(id, [{ op: 'replace', path: '/name', value: 'after' }]).catch(() => undefined);

    await eventually(async () => {
      expect(await metric(projector, 'hindsight_projector_events_total')).toBe(2);
      expect(await lag(projector)).toBe(0);
    });
    const position = await metric(projector, 'hindsight_projection_position{projection="image-details"}');
    const { stdout } = await api.command('projections', 'status', '--json');
    const statuses = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(statuses).toContainEqual(expect.objectContaining({ name: 'image-details', checkpoint: String(position) }));
    expect(await projector.process.stop()).toBe(0);
  });

  it('stops with a named error at an event that it does not know, applies nothing behind it, and goes on without it', async () => {
    const { id } = await newMember(api).create({ name: 'x' });
    const projector = await start();
    const unknown = { type: 'ImagePainted', schemaVersion: 1, data: '{"colour":"red"}' };
    appendByHand(api.dataDir, `image-${id}`, unknown);

    await eventually(async () => {
      expect(await projector.ask('/healthcheck')).toMatchObject({ status: 503, text: 'STOPPED: UnknownEventType' });
      expect(await metric(projector, 'hindsight_projector_stopped{error="UnknownEventType"}')).toBe(1);
    });
    expect(await lag(projector)).toBe(1);
    expect(projector.process.log).toMatch(/UnknownEventType.*projector stopped/);

    changeLog(api.dataDir, (log) => log.prepare(`DELETE FROM events WHERE type = 'ImagePainted'`).run());
    await eventually(async () => expect(await projector.ask('/healthcheck')).toMatchObject({ status: 200 }));
    expect(await metric(projector, 'hindsight_projector_stopped{error="UnknownEventType"}')).toBeNull();
    expect(await lag(projector)).toBe(0);
  });

  it('has one process at work at a time, and another one takes over', async () => {
    const first = await start();
    const isAtWork = (projector: Projector) => metric(projector, 'hindsight_projector_at_work');
    await eventually(async () => expect(await isAtWork(first)).toBe(1));
    const second = await start();
    expect(await isAtWork(second)).toBe(0);
    expect(await first.process.stop()).toBe(0);
    await eventually(async () => expect(await isAtWork(second)).toBe(1));
  });

  it('does not start on a port that is taken, and says which option is wrong', async () => {
    environment = { OS_HINDSIGHT__STATUS_PORT: new URL(api.url).port };
    const refused = new BackgroundProcess(api.startCommand('projector'));
    expect(await refused.exit).toBe(2);
    expect(refused.log).toMatch(/\[hindsight\] status_port = "\d+": cannot listen there/);
  });
});
