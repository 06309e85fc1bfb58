import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { AppConfig } from '../config/app-config.js';
import { ImagesModule } from '../modules/images/images.module.js';
import { ImportsModule } from '../modules/imports/imports.module.js';
import { CreateImportTasks } from './create-import-tasks.reaction.js';
import { DeleteEncryptionKeys } from './delete-encryption-keys.reaction.js';
import { EnqueueTasks } from './enqueue-tasks.reaction.js';
import { JOB_PROCESSOR } from './queue/job-queue.js';
import type { JobProcessor } from './queue/job-queue.js';
import { JobQueueModule } from './queue/job-queue.module.js';
import type { Reaction } from './reactor.js';
import { RefillQueueService } from './refill-queue.service.js';
import { RemoveLocationData } from './remove-location-data.reaction.js';
import { ScrubDeletedImages } from './scrub-deleted-images.reaction.js';
import { TaskPriorities } from './task-priorities.js';
import { TaskWorkerService } from './task-worker.service.js';
import { TaskExecutor } from './tasks/task-executor.js';
import { TaskWorksModule } from './tasks/task-works.module.js';
import { REACTIONS, WorkerService } from './worker.service.js';

const ALL_REACTIONS = [ScrubDeletedImages, RemoveLocationData, DeleteEncryptionKeys, CreateImportTasks, EnqueueTasks];

const processorOf =
  (executor: TaskExecutor): JobProcessor =>
  (job, signal) =>
    executor.execute(job, signal);

/** Does what events ask for, and the jobs of tasks. */
@Module({})
export class WorkerModule {
  static forConfig({ tasks }: Pick<AppConfig, 'tasks'>): DynamicModule {
    return {
      module: WorkerModule,
      imports: [ImagesModule, ImportsModule, TaskWorksModule, JobQueueModule.forConfig(tasks)],
      providers: [
        ...ALL_REACTIONS,
        { provide: REACTIONS, useFactory: (...reactions: Reaction[]) => reactions, inject: ALL_REACTIONS },
        { provide: JOB_PROCESSOR, useFactory: processorOf, inject: [TaskExecutor] },
        TaskPriorities,
        WorkerService,
        RefillQueueService,
        TaskWorkerService,
      ],
    };
  }
}
