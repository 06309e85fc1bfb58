import { DAEMON_LEASE, DaemonLease } from '../../../../src/workers/housekeeping/daemon-lease.js';
import { openImageWorkbench } from '../../../support/image-workbench.js';
import type { ImageWorkbench } from '../../../support/image-workbench.js';

describe('the lease of scrubbers that run as daemons', () => {
  let bench: ImageWorkbench;
  beforeEach(async () => (bench = await openImageWorkbench()));
  afterEach(() => bench.close());

  it('is held from the start of the application to its stop', async () => {
    const daemon = new DaemonLease(bench.leases);
    await daemon.onApplicationBootstrap();
    expect(await bench.leases.isHeld(DAEMON_LEASE)).toBe(true);
    await daemon.onModuleDestroy();
    expect(await bench.leases.isHeld(DAEMON_LEASE)).toBe(false);
  });

  it('does not keep a second daemon from starting, whose stop does not end the first', async () => {
    const [first, second] = [new DaemonLease(bench.leases), new DaemonLease(bench.leases)];
    await first.onApplicationBootstrap();
    await second.onApplicationBootstrap();
    await second.onModuleDestroy();
    expect(await bench.leases.isHeld(DAEMON_LEASE)).toBe(true);
    await first.onModuleDestroy();
  });
});
