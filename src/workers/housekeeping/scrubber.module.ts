import { Module } from '@nestjs/common';
import { HousekeepingModule } from './housekeeping.module.js';
import { ScrubberService } from './scrubber.service.js';

/** Keeps house while the application runs. */
@Module({ imports: [HousekeepingModule], providers: [ScrubberService] })
export class ScrubberModule {}
