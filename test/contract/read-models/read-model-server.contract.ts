import { systemClock } from '../../../src/kernel/clock.js';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import { SqlLeases } from '../../../src/projections/database/sql-leases.js';
import { ReadModelUnavailable } from '../../../src/projections/projections.errors.js';
import { eventually } from '../../support/eventually.js';

/** Keeps a writer's transaction open. @returns ends it */
export async function holdWriter({ writer }: ReadModelDatabase): Promise<() => Promise<void>> {
  let release: () => void = () => undefined;
  const isReleased = new Promise<void>((resolve) => (release = resolve));
  let begun = false;
  const writing = writer.transaction().execute(async () => {
    begun = true;
    await isReleased;
  });
  await eventually(() => {
    expect(begun).toBe(true);
  });
  return async () => {
    release();
    await writing;
  };
}

/** What holds of read models on any server. */
export function readModelServerContract(
  open: (lockMs?: number) => Promise<ReadModelDatabase>,
  server: () => Readonly<{ halt(): Promise<void>; restart(): Promise<void> }>,
): void {
  describe('a lease while a writer of another process does not end', () => {
    it('is waited for no longer than agreed', async () => {
      const leases = new SqlLeases(await open(1000), systemClock);
      const release = await holdWriter(await open());
      await expect(leases.renew('lease', 'me', 1)).rejects.toBeInstanceOf(ReadModelUnavailable);
      expect(await leases.isHeld('lease')).toBe(false);
      await release();
      expect(await leases.acquire('lease', 'me', 60_000)).toBe(true);
    });
  });

  describe('a server that goes away', () => {
    it('fails what is asked, and everything works again when it is back', async () => {
      const leases = new SqlLeases(await open(), systemClock);
      await leases.acquire('lease', 'me', 60_000);
      await server().halt();
      await expect(leases.isHeld('lease')).rejects.toBeInstanceOf(ReadModelUnavailable);
      await expect(leases.renew('lease', 'me', 60_000)).rejects.toBeInstanceOf(ReadModelUnavailable);
      await server().restart();
      expect(await leases.renew('lease', 'me', 60_000)).toBe(true);
      expect(await leases.isHeld('lease')).toBe(true);
    });
  });
}
