import { Module } from '@nestjs/common';
import { ImagesModule } from '../../modules/images/images.module.js';
import { TasksModule } from '../../modules/tasks/tasks.module.js';
import { Housekeeping } from './housekeeping.js';
import { StagingLeftOvers } from './staging-left-overs.js';

/** Keeps house when it is told to. */
@Module({
  imports: [ImagesModule, TasksModule],
  providers: [Housekeeping, StagingLeftOvers],
  exports: [Housekeeping, ImagesModule],
})
export class HousekeepingModule {}
