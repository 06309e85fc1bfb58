import { readdirSync } from 'node:fs';
import { growingPauseMs } from '../../../src/workers/growing-pause.js';
import { eventually } from '../../support/eventually.js';
import { expectStatus } from '../../support/expectations.js';
import { holding, letGo, untilHeld } from '../../support/held-start.js';
import { ImageSession } from '../../support/image-session.js';
import { said } from '../../support/log-lines.js';
import { childrenOf, signalTo } from '../../support/process-signals.js';
import { Service } from '../../support/service.js';
import { newMember } from '../../support/trusting-service.js';

const REPLACED = 'a process has ended by itself; another one takes its place';

const threeProcesses = (numbers: readonly number[], what: 'wait' | 'die'): Promise<Service> =>
  Service.prepare({
    environment: (dataDir) => ({
      OS_HINDSIGHT__IDENTITY: 'fakeauth',
      OS_DEFAULT__WORKERS: '3',
      ...holding(dataDir, { numbers, what }),
    }),
  });

const allEnd = (pids: readonly number[]): Promise<void> =>
  eventually(() => expect(pids.filter((pid) => signalTo(pid, 0))).toEqual([]));

/** Port and data are free for the next one, which finds what was acknowledged. */
const expectFree = async (service: Service): Promise<void> => {
  letGo(service);
  await service.launch();
  await eventually(() => expect(said(service, 'ready').at(-1)?.['pids']).toHaveLength(3));
  expectStatus(await newMember(service).get('/v2/images'), 200);
  expect(await service.stop()).toBe(0);
  expect(readdirSync(service.dataDir).filter((name) => /(\.pid|\.lock|-wal|-shm)$/.test(name))).toEqual([]);
};

describe('processes whose supervisor ends while they start', () => {
  let service: Service;
  afterEach(() => service.remove());

  /** The second and the third are held while they start. @returns all of them */
  const startedInPart = async (): Promise<readonly number[]> => {
    service = await threeProcesses([2, 3], 'wait');
    await service.launch();
    await untilHeld(service, [2, 3]);
    return childrenOf(service.pid);
  };

  it('finish their start and end, when it is told to stop', async () => {
    const pids = await startedInPart();
    const ended = service.stop();
    await eventually(() => expect(said(service, 'stopping')).toHaveLength(1));
    await allEnd(pids.slice(0, 1));
    letGo(service);
    expect(await ended).toBe(0);
    await allEnd(pids);
    expect(said(service, 'stopped')).toHaveLength(1);
    expect([...said(service, 'ready'), ...said(service, REPLACED)]).toEqual([]);
    await expectFree(service);
  });

  it('end, when it is told to stop a second time', async () => {
    const pids = await startedInPart();
    service.signal('SIGTERM');
    await eventually(() => expect(said(service, 'stopping')).toHaveLength(1));
    expect(await service.stop()).toBeNull();
    letGo(service);
    await allEnd(pids);
    await expectFree(service);
  });

  it('end, when it is killed', async () => {
    const pids = await startedInPart();
    expect(pids).toHaveLength(3);
    await service.kill9();
    letGo(service);
    await allEnd(pids);
    await expectFree(service);
  });

  it('end, when it is told to stop, or killed, before the first of them is ready', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      service = await threeProcesses([1], 'wait');
      const exit = service.launchUntilExit();
      const pids = await untilHeld(service, [1]);
      service.signal(signal);
      expect(await exit).toBeNull();
      letGo(service);
      await allEnd(pids);
      await expectFree(service);
      await service.remove();
    }
  });
});

describe('a process that dies whenever it starts', () => {
  let service: Service;
  beforeEach(async () => {
    service = await threeProcesses([2], 'die');
    await service.launch();
  });
  afterEach(() => service.remove());

  const deaths = (): readonly number[] => said(service, REPLACED).map(({ time }) => Date.parse(String(time)));

  it('is started again after longer and longer pauses, while the others answer, and is one of them once it can start', async () => {
    await eventually(() => expect(deaths().length).toBeGreaterThanOrEqual(4));
    expect(said(service, REPLACED)[0]).toMatchObject({ level: 50, process: 2, exit_code: 3, signal: null });
    const pauses = deaths()
      .slice(1)
      .map((time, index) => time - deaths()[index]!);
    for (const [index, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(growingPauseMs(index + 1) - 1);

    const anonymous = new ImageSession(() => service.url, null);
    expect(expectStatus(await anonymous.get('/metrics'), 200).text).toMatch(/^hindsight_processes 2$/m);
    expect(said(service, 'ready')).toEqual([]);
    letGo(service);
    await eventually(() => expect(said(service, 'ready')).toHaveLength(1));
    expect(expectStatus(await anonymous.get('/metrics'), 200).text).toMatch(/^hindsight_processes 3$/m);
    expect(await service.stop()).toBe(0);
  });

  it('is not waited for when the service is told to stop', async () => {
    await eventually(() => expect(deaths().length).toBeGreaterThanOrEqual(3));
    const pids = childrenOf(service.pid);
    expect(await service.stop()).toBe(0);
    await allEnd(pids);
    expect(said(service, 'stopped')).toHaveLength(1);
    await expectFree(service);
  });
});
