import { Module } from '@nestjs/common';
import { DaemonLease } from './daemon-lease.js';
import { ScrubberModule } from './scrubber.module.js';

/** The same as a process of its own, which others can tell from the lease that it holds. */
@Module({ imports: [ScrubberModule], providers: [DaemonLease] })
export class ScrubberDaemonModule {}
