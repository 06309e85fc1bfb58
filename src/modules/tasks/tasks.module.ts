import { Module } from '@nestjs/common';
import { EndTaskHandler } from './commands/end-task.handler.js';
import { ExpireTasksHandler } from './commands/expire-tasks.handler.js';
import { TaskCommandHandler } from './commands/task-command.handler.js';
import { TaskQueries } from './queries/task.queries.js';

/** What is done to tasks and asked about them, for workers, for the scrubber and below the API. */
@Module({
  providers: [TaskCommandHandler, EndTaskHandler, ExpireTasksHandler, TaskQueries],
  exports: [TaskCommandHandler, EndTaskHandler, ExpireTasksHandler, TaskQueries],
})
export class TasksModule {}
