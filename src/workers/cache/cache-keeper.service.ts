import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { IMAGE_READ_MODEL } from '../../projections/images/image-details.read-model.js';
import type { ImageReadModel } from '../../projections/images/image-details.read-model.js';
import { IMAGE_CACHE } from '../../stores/image-cache.js';
import type { ImageCache } from '../../stores/image-cache.js';
import { IMAGE_STORES } from '../../stores/image-store.js';
import type { ImageStores } from '../../stores/image-store.js';
import { CACHE_KEEPER_LOG } from './cache-keeper-log.js';
import type { CacheKeeperLog } from './cache-keeper-log.js';
import { prefetchQueued } from './prefetch-queued.js';
import { sweepCache } from './sweep-cache.js';

/** Until others' deletions, and what other processes have queued, are noticed. */
const PAUSE_MS = 30_000;
/** Leaves requests that come in a row the time to be answered, and those who ask at once the time to see what waits. */
const GATHERING_MS = 100;

/** Keeps this process' cache in order while the application runs: at once what is queued here, the rest from time to time. */
@Injectable()
export class CacheKeeperService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private wake = new AbortController();
  private running: readonly Promise<void>[] = [];

  constructor(
    @Inject(IMAGE_CACHE) private readonly cache: ImageCache,
    @Inject(IMAGE_READ_MODEL) private readonly images: ImageReadModel,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(CACHE_KEEPER_LOG) private readonly log: CacheKeeperLog,
  ) {}

  onApplicationBootstrap(): void {
    this.cache.onQueued(() => this.wake.abort());
    this.running = [this.prefetchRepeatedly(), this.sweepRepeatedly()];
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  private async prefetchRepeatedly(): Promise<void> {
    const { cache, images, stores, log, stopping } = this;
    while (!stopping.signal.aborted) {
      this.wake = new AbortController(); // before the queue is read: nothing that is queued meanwhile is overlooked
      await this.tryTo(() => prefetchQueued({ cache, images, stores, log }, stopping.signal));
      await this.pause(PAUSE_MS, this.wake.signal);
      await this.pause(GATHERING_MS);
    }
  }

  private async sweepRepeatedly(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.tryTo(async () => {
        const done = await sweepCache(this.cache, this.images);
        if (Object.values(done).some((count) => count > 0)) this.log.swept(done);
      });
      await this.pause(PAUSE_MS);
    }
  }

  private async tryTo(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!this.stopping.signal.aborted) this.log.failed(error);
    }
  }

  private async pause(ms: number, ...wakers: AbortSignal[]): Promise<void> {
    const signal = AbortSignal.any([this.stopping.signal, ...wakers]);
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }
}
