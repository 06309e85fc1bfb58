import type { Transaction } from 'kysely';
import type { Clock } from '../../kernel/clock.js';
import type { Leases } from '../../kernel/lease.js';
import type { ReadModelDatabase, ReadModelTables } from './read-model-database.js';

/** Leases in the read-model database, which all processes of a deployment share. Their clocks must roughly agree. */
export class SqlLeases implements Leases {
  constructor(
    private readonly database: ReadModelDatabase,
    private readonly clock: Clock,
  ) {}

  acquire(name: string, holder: string, durationMs: number): Promise<boolean> {
    return this.write((transaction) => {
      const now = this.now(); // not before: the transaction may have waited long for its turn
      return take(transaction, { name, holder, expires_at: now + durationMs }, now);
    });
  }

  renew(name: string, holder: string, durationMs: number): Promise<boolean> {
    return this.write(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('leases')
        .set({ expires_at: this.now() + durationMs })
        .where('name', '=', name)
        .where('holder', '=', holder)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    });
  }

  async release(name: string, holder: string): Promise<void> {
    await this.write((transaction) =>
      transaction.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute(),
    );
  }

  async isHeld(name: string): Promise<boolean> {
    const lease = await this.database.reader
      .selectFrom('leases')
      .select('name')
      .where('name', '=', name)
      .where('expires_at', '>', this.now())
      .executeTakeFirst();
    return lease !== undefined;
  }

  private now(): number {
    return this.clock.now().getTime();
  }

  private write<Result>(act: (transaction: Transaction<ReadModelTables>) => Promise<Result>): Promise<Result> {
    return this.database.writer.transaction().execute(act);
  }
}

type Lease = ReadModelTables['leases'];

const take = async (transaction: Transaction<ReadModelTables>, lease: Lease, now: number): Promise<boolean> => {
  const { numUpdatedRows } = await transaction
    .updateTable('leases')
    .set({ holder: lease.holder, expires_at: lease.expires_at })
    .where('name', '=', lease.name)
    .where((is) => is.or([is('holder', '=', lease.holder), is('expires_at', '<=', now)]))
    .executeTakeFirst();
  if (numUpdatedRows > 0n) return true;
  const taken = await transaction.selectFrom('leases').select('name').where('name', '=', lease.name).executeTakeFirst();
  if (taken !== undefined) return false;
  await transaction.insertInto('leases').values(lease).execute();
  return true;
};
