import type { Actor } from '../../events/event-store.js';
import type { CommandContext } from '../../events/handle-command.js';
import type { TaskCommandHandler } from '../../modules/tasks/commands/task-command.handler.js';
import type { TaskInput } from '../../modules/tasks/domain/task.commands.js';
import type { TaskState } from '../../modules/tasks/domain/task-state.js';
import type { StagingArea } from '../../stores/staging/staging-area.js';
import type { ProgressReporter } from './progress-reporter.js';

type TaskRunParts = Readonly<{
  taskId: string;
  state: TaskState;
  /** Who asked for the task. */
  requester: Actor;
  /** Aborts when the process has to stop, or another worker has taken the task over. */
  signal: AbortSignal;
  /** A failure that may heal is final this time. */
  isLastAttempt: boolean;
  /** Called last before anything becomes visible. */
  keepClaim: () => Promise<void>;
  progress: ProgressReporter;
}>;

/** One attempt at a task. What earlier attempts have completed it finds in `outcomeOf`. */
export class TaskRun {
  private readonly outcomes: Map<string, TaskInput>;

  constructor(
    private readonly parts: TaskRunParts,
    private readonly tasks: TaskCommandHandler,
    private readonly staging: StagingArea,
  ) {
    this.outcomes = new Map(Object.entries(parts.state.steps));
  }

  get taskId(): string {
    return this.parts.taskId;
  }

  get task(): TaskState {
    return this.parts.state;
  }

  get requester(): Actor {
    return this.parts.requester;
  }

  get signal(): AbortSignal {
    return this.parts.signal;
  }

  get isLastAttempt(): boolean {
    return this.parts.isLastAttempt;
  }

  get progress(): ProgressReporter {
    return this.parts.progress;
  }

  /** What the events of this task's commands carry: the worker as actor, the request that led to it. */
  get context(): CommandContext {
    return workerContext(this.task.requestId);
  }

  /** @throws TaskClaimLost */
  keepClaim(): Promise<void> {
    return this.parts.keepClaim();
  }

  /** The folder for this task's files, which outlives a dead worker. */
  folder(): Promise<string> {
    return this.staging.taskFolder(this.taskId);
  }

  outcomeOf(step: string): TaskInput | undefined {
    return this.outcomes.get(step);
  }

  /** Does a step unless it was done before; its outcome is what a later attempt goes on with. */
  async once<Outcome extends TaskInput>(
    step: string,
    reuse: (outcome: TaskInput) => Promise<Outcome | null>,
    act: () => Promise<Outcome>,
  ): Promise<Outcome> {
    const known = this.outcomes.get(step);
    const reused = known === undefined ? null : await reuse(known);
    if (reused !== null) return reused;
    const outcome = await act();
    await this.complete(step, outcome);
    return outcome;
  }

  /** Records that a step is done. @throws TaskClaimLost, TaskStatusConflict when the task has ended meanwhile */
  async complete(step: string, outcome: TaskInput): Promise<void> {
    await this.keepClaim();
    await this.tasks.handle({ type: 'CompleteTaskStep', taskId: this.taskId, step, outcome }, this.context);
    this.outcomes.set(step, outcome);
  }
}

export const workerContext = (requestId: string | null): CommandContext => ({
  actor: { userId: 'system/worker', projectId: null, roles: [] },
  requestId,
});
