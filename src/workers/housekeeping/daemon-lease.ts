import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { LEASES } from '../../kernel/lease.js';
import type { Leases } from '../../kernel/lease.js';

/** Held while some scrubber runs as a daemon. */
export const DAEMON_LEASE = 'scrubber/daemon';

const LEASE_MS = 15_000;
const RENEWALS_PER_LEASE = 3;

/** Shows to other processes that this one scrubs as a daemon. Several may: the lease goes on to the next that is left. */
@Injectable()
export class DaemonLease implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly holder = randomUUID();
  private timer: NodeJS.Timeout | undefined;
  private renewing: Promise<unknown> = Promise.resolve();

  constructor(@Inject(LEASES) private readonly leases: Leases) {}

  /**
   * Not ready before the lease is taken, so that nobody restores an image while it comes to life. May fail, and therefore comes
   * before anything goes on in the background: nobody would end that.
   */
  async onModuleInit(): Promise<void> {
    await this.take();
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.renewing = this.take().catch(() => undefined); // the database is away: the next time is soon
    }, LEASE_MS / RENEWALS_PER_LEASE);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.renewing;
    await this.leases.release(DAEMON_LEASE, this.holder).catch(() => undefined); // else it runs out by itself
  }

  private take(): Promise<boolean> {
    return this.leases.acquire(DAEMON_LEASE, this.holder, LEASE_MS);
  }
}
