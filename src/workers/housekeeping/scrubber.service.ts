import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { APP_CONFIG } from '../../config/app-config.js';
import type { AppConfig } from '../../config/app-config.js';
import { Housekeeping } from './housekeeping.js';
import type { HousekeepingReport } from './housekeeping.js';
import { WORKER_LOG } from '../worker-log.js';
import type { WorkerLog } from '../worker-log.js';

/** Part of the lease time after which dead uploads are looked for again; see claimDurationMs for the rest of it. */
const SWEEPS_PER_LEASE = 5;

/** Keeps house while the application runs. */
@Injectable()
export class ScrubberService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly housekeeping: Housekeeping,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(WORKER_LOG) private readonly log: WorkerLog,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.sweepRepeatedly(this.stopping.signal);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async sweepRepeatedly(signal: AbortSignal): Promise<void> {
    const { uploads, deletion } = this.config;
    const pauseMs = Math.min((uploads.leaseS * 1000) / SWEEPS_PER_LEASE, deletion.wakeupTimeS * 1000);
    while (!signal.aborted) {
      this.log.swept(await this.sweep(signal));
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** A sweep that could not even begin, say because the database is away, is reported like one that found trouble. */
  private async sweep(signal: AbortSignal): Promise<HousekeepingReport> {
    try {
      return await this.housekeeping.run(signal);
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      return { failedUploads: 0, scrubbed: 0, expiredTasks: 0, leftOvers: 0, failures: [failure] };
    }
  }
}
