import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../../../kernel/clock.js';
import type { Clock } from '../../../kernel/clock.js';
import { TASK_PROGRESS } from '../../../kernel/task-progress.js';
import type { TaskProgressBoard } from '../../../kernel/task-progress.js';
import { TASK_SECRETS } from '../../../kernel/task-secrets.js';
import type { TaskSecrets } from '../../../kernel/task-secrets.js';
import { TASK_READ_MODEL } from '../../../projections/tasks/task.read-model.js';
import type { TaskReadModel } from '../../../projections/tasks/task.read-model.js';
import { hasEnded } from '../domain/task-state.js';
import { systemContext } from './system-context.js';
import { TaskCommandHandler } from './task-command.handler.js';

/** A secret is there before its task is. A day leaves time to create the task after a crash and a restart in between. */
const SETTLED_AFTER_MS = 24 * 3_600_000;

/** Forgets tasks that ended long ago, and what was kept for tasks that need it no more. */
@Injectable()
export class ExpireTasksHandler {
  constructor(
    private readonly tasks: TaskCommandHandler,
    @Inject(TASK_READ_MODEL) private readonly readModel: TaskReadModel,
    @Inject(TASK_SECRETS) private readonly secrets: TaskSecrets,
    @Inject(TASK_PROGRESS) private readonly progress: TaskProgressBoard,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @param limit tasks that one run expires; the next run takes the rest
   * @returns how many tasks have expired
   * @throws AggregateError of what failed, after everything else was done
   */
  async run(limit: number): Promise<number> {
    const now = this.clock.now();
    const due = await this.readModel.expired(now.toISOString(), limit);
    const settledBefore = new Date(now.getTime() - SETTLED_AFTER_MS).toISOString();
    const withSecrets = await this.secrets.taskIds(settledBefore);
    const failures = [
      ...(await failuresOf(due, ({ id }) => this.expire(id))),
      ...(await failuresOf(withSecrets, (taskId) => this.removeUnneededSecret(taskId))),
    ];
    if (failures.length > 0) throw new AggregateError(failures, 'Not all tasks that are over could be cleared away');
    return due.length;
  }

  private async expire(taskId: string): Promise<void> {
    await this.progress.forget(taskId);
    await this.tasks.handle({ type: 'ExpireTask', taskId }, systemContext('scrubber'));
  }

  private async removeUnneededSecret(taskId: string): Promise<void> {
    const state = await this.tasks.stateOf(taskId);
    if (state.status === 'absent' || hasEnded(state)) await this.secrets.remove(taskId);
  }
}

/** One task's failure must not keep the others waiting. */
const failuresOf = async <Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<void>,
): Promise<readonly unknown[]> => {
  const failures: unknown[] = [];
  for (const item of items) await act(item).catch((error: unknown) => failures.push(error));
  return failures;
};
