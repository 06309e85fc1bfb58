import { Module } from '@nestjs/common';
import { ImagesApiModule } from '../images/images-api.module.js';
import { OutboundModule } from '../../outbound/outbound.module.js';
import { RequestTaskHandler } from './commands/request-task.handler.js';
import { TaskProgressController } from './http/task-progress.controller.js';
import { TasksController } from './http/tasks.controller.js';
import { TasksModule } from './tasks.module.js';

/** The API of tasks. */
@Module({
  imports: [TasksModule, ImagesApiModule, OutboundModule],
  controllers: [TasksController, TaskProgressController],
  providers: [RequestTaskHandler],
})
export class TasksApiModule {}
