import { Module } from '@nestjs/common';
import { OutboundModule } from '../../outbound/outbound.module.js';
import { ImagesApiModule } from '../images/images-api.module.js';
import { ImagesModule } from '../images/images.module.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { AddLocationHandler } from './commands/add-location.handler.js';
import { ImportImageHandler } from './commands/import-image.handler.js';
import { ImportLocks } from './commands/import-locks.js';
import { AddLocationController } from './http/add-location.controller.js';
import { ImageTasksController } from './http/image-tasks.controller.js';
import { ImportController } from './http/import.controller.js';
import { ImportsModule } from './imports.module.js';

/** Imports of image data, and the tasks that they are. */
@Module({
  imports: [ImportsModule, ImagesModule, ImagesApiModule, TasksModule, OutboundModule],
  controllers: [ImportController, ImageTasksController, AddLocationController],
  providers: [ImportImageHandler, ImportLocks, AddLocationHandler],
})
export class ImportsApiModule {}
