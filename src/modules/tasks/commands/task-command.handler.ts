import { Inject, Injectable } from '@nestjs/common';
import type { TaskEvent } from '../../../events/contracts/task-events.js';
import { CommandHandling } from '../../../events/handle-command.js';
import type { CommandContext, HandledCommand } from '../../../events/handle-command.js';
import { CLOCK } from '../../../kernel/clock.js';
import type { Clock } from '../../../kernel/clock.js';
import type { Untimed } from '../../../kernel/untimed.js';
import { ProjectionRunner } from '../../../projections/projection-runner.js';
import type { TaskState } from '../domain/task-state.js';
import type { TaskCommand } from '../domain/task.commands.js';
import { taskDecider } from '../domain/task.decider.js';

export const taskStream = (taskId: string): string => `task-${taskId}`;

/** Where every command on a task goes: load, decide, append, and wait until the read models show it. */
@Injectable()
export class TaskCommandHandler {
  constructor(
    @Inject(CommandHandling) private readonly commands: CommandHandling<TaskEvent>,
    private readonly projections: ProjectionRunner<TaskEvent>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws the refusals of the task's decider, ConcurrentChange, EventStoreUnavailable */
  async handle(untimed: Untimed<TaskCommand>, context: CommandContext): Promise<HandledCommand<TaskState, TaskEvent>> {
    const command: TaskCommand = { ...untimed, now: this.clock.now().toISOString() };
    const handled = await this.commands.handle(taskDecider, taskStream(command.taskId), command, context);
    await this.projections.catchUp(handled.position);
    return handled;
  }

  /** What the task is now, folded from its events. */
  async stateOf(taskId: string): Promise<TaskState> {
    return (await this.commands.loadState(taskDecider, taskStream(taskId))).state;
  }
}
