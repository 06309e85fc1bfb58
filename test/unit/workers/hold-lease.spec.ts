import { once } from 'node:events';
import type { Leases } from '../../../src/kernel/lease.js';
import { holdLease } from '../../../src/workers/hold-lease.js';
import type { ExclusiveWork } from '../../../src/workers/hold-lease.js';
import { eventually } from '../../support/eventually.js';
import { openImageWorkbench } from '../../support/image-workbench.js';
import type { ImageWorkbench } from '../../support/image-workbench.js';

const untilAborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort');
};

describe('work under a lease', () => {
  let bench: ImageWorkbench;
  let running: Promise<unknown>[];
  let stop: AbortController;
  let failures: string[];

  beforeEach(async () => {
    bench = await openImageWorkbench();
    stop = new AbortController();
    running = [];
    failures = [];
  });
  afterEach(async () => {
    stop.abort();
    await Promise.all(running);
    await bench.close();
  });

  const start = (work: ExclusiveWork['work'], others: Partial<ExclusiveWork> = {}, signal = stop.signal) => {
    const onFailure = (error: unknown): void => void failures.push((error as Error).message);
    const exclusive = { leases: bench.leases, name: 'work', durationMs: 300, work, onFailure, ...others };
    const held = holdLease(exclusive, signal);
    running.push(held);
    return held;
  };

  it('is done by one process, and by the next one when that has stopped', async () => {
    const log: string[] = [];
    const noting = (name: string) => async (signal: AbortSignal) => {
      log.push(`${name} begins`);
      await untilAborted(signal);
      log.push(`${name} ends`);
    };
    const stopFirst = new AbortController();
    const first = start(noting('first'), {}, stopFirst.signal);
    await eventually(() => expect(log).toEqual(['first begins']));
    void start(noting('second'));
    stopFirst.abort();
    await first;
    await eventually(() => expect(log).toEqual(['first begins', 'first ends', 'second begins']));
    expect(failures).toEqual([]);
  });

  it('is told to end when the lease is lost, and begins again when it is free', async () => {
    let ended = 0;
    const holders: string[] = [];
    const acquire = async (...lease: Parameters<Leases['acquire']>): Promise<boolean> => {
      holders.push(lease[1]);
      return bench.leases.acquire(...lease);
    };
    const leases: Leases = {
      acquire,
      renew: (...lease) => bench.leases.renew(...lease),
      release: (...lease) => bench.leases.release(...lease),
      isHeld: (name) => bench.leases.isHeld(name),
    };
    void start(
      async (signal) => {
        await untilAborted(signal);
        ended += 1;
      },
      { leases },
    );
    const [holder] = await eventually(() => {
      expect(holders).toHaveLength(1);
      return holders;
    });
    await bench.leases.release('work', holder!);
    await bench.leases.acquire('work', 'somebody else', 60_000);
    await eventually(() => expect(ended).toBe(1));
    await bench.leases.release('work', 'somebody else');
    await eventually(async () => expect(await bench.leases.isHeld('work')).toBe(true));
  });

  it('begins again after it has failed', async () => {
    let attempts = 0;
    void start(async (signal) => {
      attempts += 1;
      if (attempts === 1) throw new Error('the event store is away');
      await untilAborted(signal);
    });
    await eventually(() => expect(attempts).toBe(2));
    expect(failures).toEqual(['the event store is away']);
  });

  it('begins although the leases were away at first', async () => {
    let [calls, working] = [0, false];
    const leases: Leases = {
      acquire: (...lease) => {
        calls += 1;
        return calls === 1 ? Promise.reject(new Error('the disk is full')) : bench.leases.acquire(...lease);
      },
      renew: (...lease) => bench.leases.renew(...lease),
      release: () => Promise.reject(new Error('the disk is full')),
      isHeld: (name) => bench.leases.isHeld(name),
    };
    void start(
      async (signal) => {
        working = true;
        await untilAborted(signal);
      },
      { leases },
    );
    await eventually(() => expect(working).toBe(true));
    expect(failures).toEqual(['the disk is full']);
  });
});
