import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { CUT_OFF } from '../../../kernel/cut-off.js';

/**
 * The uploads that this process is receiving. When it has to stop they may finish; those that are still going on at the
 * cut-off are broken off, which fails them cleanly: their images are queued again.
 */
@Injectable()
export class UploadsInFlight implements OnApplicationShutdown {
  private readonly running = new Set<Promise<unknown>>();

  constructor(@Inject(CUT_OFF) private readonly cutOff: AbortSignal) {}

  /** Runs one upload; its signal aborts when the process can wait no longer. */
  run<Result>(receive: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const upload = receive(this.cutOff);
    this.running.add(upload);
    const forget = (): void => void this.running.delete(upload);
    upload.then(forget, forget);
    return upload;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.running);
  }
}
