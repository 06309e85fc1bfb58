import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { LEASES } from '../../../../src/kernel/lease.js';
import { ReadModelUnavailable } from '../../../../src/projections/projections.errors.js';
import { DAEMON_LEASE, DaemonLease } from '../../../../src/workers/housekeeping/daemon-lease.js';
import { openImageWorkbench } from '../../../support/image-workbench.js';
import type { ImageWorkbench } from '../../../support/image-workbench.js';

/** Whatever goes on in the background from a start on. */
@Injectable()
class Background implements OnApplicationBootstrap {
  hasBegun = false;

  onApplicationBootstrap(): void {
    this.hasBegun = true;
  }
}

describe('the lease of scrubbers that run as daemons', () => {
  let bench: ImageWorkbench;
  beforeEach(async () => (bench = await openImageWorkbench()));
  afterEach(() => bench.close());

  it('is held from the start of the application to its stop', async () => {
    const daemon = new DaemonLease(bench.leases);
    await daemon.onModuleInit();
    daemon.onApplicationBootstrap();
    expect(await bench.leases.isHeld(DAEMON_LEASE)).toBe(true);
    await daemon.onModuleDestroy();
    expect(await bench.leases.isHeld(DAEMON_LEASE)).toBe(false);
  });

  it('does not keep a second daemon from starting, whose stop does not end the first', async () => {
    const [first, second] = [new DaemonLease(bench.leases), new DaemonLease(bench.leases)];
    for (const each of [first, second]) {
      await each.onModuleInit();
      each.onApplicationBootstrap();
    }
    await second.onModuleDestroy();
    expect(await bench.leases.isHeld(DAEMON_LEASE)).toBe(true);
    await first.onModuleDestroy();
  });

  it('keeps the application from starting when it cannot be taken, before anything has begun that nobody would end', async () => {
    const away = new ReadModelUnavailable('the database is away');
    const leases = { ...bench.leases, acquire: () => Promise.reject(away) };
    const providers = [Background, DaemonLease, { provide: LEASES, useValue: leases }];
    const app = await Test.createTestingModule({ providers }).compile();
    await expect(app.init()).rejects.toBe(away);
    expect(app.get(Background).hasBegun).toBe(false);
  });
});
