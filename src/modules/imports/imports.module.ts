import { Module } from '@nestjs/common';
import { TasksModule } from '../tasks/tasks.module.js';
import { CreateImportTaskHandler } from './commands/create-import-task.handler.js';

/** Where images and tasks meet, without clients: for workers, and below the API. */
@Module({ imports: [TasksModule], providers: [CreateImportTaskHandler], exports: [CreateImportTaskHandler] })
export class ImportsModule {}
