import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import type { TaskType } from '../events/contracts/task-events.js';

const DEFAULT_PRIORITY = 10;

/** Which tasks come first, as the operator says. */
@Injectable()
export class TaskPriorities {
  constructor(@Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'tasks'>) {}

  of(type: TaskType): number {
    return this.config.tasks.priorities.get(type) ?? DEFAULT_PRIORITY;
  }
}
