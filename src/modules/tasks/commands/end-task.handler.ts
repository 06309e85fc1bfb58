import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { CLOCK } from '../../../kernel/clock.js';
import type { Clock } from '../../../kernel/clock.js';
import { TASK_PROGRESS } from '../../../kernel/task-progress.js';
import type { TaskProgressBoard } from '../../../kernel/task-progress.js';
import { TASK_SECRETS } from '../../../kernel/task-secrets.js';
import type { TaskSecrets } from '../../../kernel/task-secrets.js';
import type { TaskInput } from '../domain/task.commands.js';
import { systemContext } from './system-context.js';
import { TaskCommandHandler } from './task-command.handler.js';

const HOUR_MS = 3_600_000;

/** Ends tasks, and with them what was kept for them only. Without effect on the outcome of a task that has ended. */
@Injectable()
export class EndTaskHandler {
  constructor(
    private readonly tasks: TaskCommandHandler,
    @Inject(TASK_SECRETS) private readonly secrets: TaskSecrets,
    @Inject(TASK_PROGRESS) private readonly progress: TaskProgressBoard,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'tasks'>,
  ) {}

  /**
   * @param message what there is to say beside the result, if anything
   * @throws TaskNotFound, TaskStatusConflict when nobody has begun with the task
   */
  async succeed(taskId: string, result: TaskInput, message = ''): Promise<void> {
    const expiresAt = this.expiry();
    await this.tasks.handle({ type: 'SucceedTask', taskId, result, message, expiresAt }, systemContext('worker'));
    await this.clear(taskId);
  }

  /**
   * @param message why, for everybody to read who may see the task
   * @throws TaskNotFound
   */
  async fail(taskId: string, message: string): Promise<void> {
    const expiresAt = this.expiry();
    await this.tasks.handle({ type: 'FailTask', taskId, message, expiresAt }, systemContext('worker'));
    await this.clear(taskId);
  }

  private expiry(): string {
    return new Date(this.clock.now().getTime() + this.config.tasks.timeToLiveHours * HOUR_MS).toISOString();
  }

  /** The task has ended whether this succeeds or not; what remains goes away when tasks expire. */
  private async clear(taskId: string): Promise<void> {
    await Promise.allSettled([this.secrets.remove(taskId), this.progress.forget(taskId)]);
  }
}
