import { Injectable } from '@nestjs/common';
import { TaskInputInvalid } from '../../../modules/tasks/domain/task.errors.js';
import type { TaskInput } from '../../../modules/tasks/domain/task.commands.js';
import type { TaskWork } from '../task-work.js';

/** Clients may create such tasks, but the API gives them nothing to work on: they fail. */
@Injectable()
export class LocationImportWork implements TaskWork {
  readonly taskType = 'location_import';

  run(): Promise<TaskInput> {
    return Promise.reject(new TaskInputInvalid("Missing required 'image_id' field"));
  }

  giveUp(): Promise<void> {
    return Promise.resolve();
  }
}
