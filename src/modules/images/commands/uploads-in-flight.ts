import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';

/**
 * The uploads that this process is receiving. When it has to stop they may finish; those that take longer than the grace
 * time are cut off, which fails them cleanly: their images are queued again.
 */
@Injectable()
export class UploadsInFlight implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<unknown>>();
  private deadline: NodeJS.Timeout | undefined;

  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  /** Runs one upload; its signal aborts when the process can wait no longer. */
  run<Result>(receive: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const upload = receive(this.stopping.signal);
    this.running.add(upload);
    const forget = (): void => void this.running.delete(upload);
    upload.then(forget, forget);
    return upload;
  }

  beforeApplicationShutdown(): void {
    const cutOff = (): void => this.stopping.abort(new Error('The service is stopping'));
    this.deadline = setTimeout(cutOff, this.config.api.gracefulShutdownTimeoutS * 1000);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.running);
    clearTimeout(this.deadline);
  }
}
