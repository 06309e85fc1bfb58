import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../config/app-config.js';
import type { AppConfig } from '../../config/app-config.js';
import { EVENT_STORE } from '../../events/event-store.js';
import type { Actor, EventStore } from '../../events/event-store.js';
import { CLOCK } from '../../kernel/clock.js';
import type { Clock } from '../../kernel/clock.js';
import { LEASES } from '../../kernel/lease.js';
import type { Leases } from '../../kernel/lease.js';
import { TASK_PROGRESS } from '../../kernel/task-progress.js';
import type { TaskProgressBoard } from '../../kernel/task-progress.js';
import { claimDurationMs } from '../../modules/images/commands/upload-claim.js';
import { EndTaskHandler } from '../../modules/tasks/commands/end-task.handler.js';
import { TaskCommandHandler, taskStream } from '../../modules/tasks/commands/task-command.handler.js';
import type { TaskInput } from '../../modules/tasks/domain/task.commands.js';
import { hasEnded } from '../../modules/tasks/domain/task-state.js';
import { STAGING_AREA } from '../../stores/staging/staging-area.js';
import type { StagingArea } from '../../stores/staging/staging-area.js';
import { PostponeJob } from '../queue/job-queue.js';
import type { Job } from '../queue/job-queue.js';
import { WORKER_LOG } from '../worker-log.js';
import type { WorkerLog } from '../worker-log.js';
import { failureMessage, isOutage, mayHeal } from './failure.js';
import { ProgressReporter } from './progress-reporter.js';
import { TaskClaim } from './task-claim.js';
import { TaskRun, workerContext } from './task-run.js';
import { TASK_WORKS } from './task-work.js';
import type { TaskWork } from './task-work.js';

/** When to look again at a task that another worker holds: it may die. */
const LOOK_AGAIN_MS = 2_000;

/** The step that records the decision to fail: whoever goes on with the task only undoes what was begun. */
const GIVE_UP = 'give_up';

/**
 * Does the job of a task: claims it, goes on from the last completed step, and ends it. However often and wherever a job is
 * delivered, the task has one result.
 */
@Injectable()
export class TaskExecutor {
  private readonly works: ReadonlyMap<string, TaskWork>;

  constructor(
    private readonly tasks: TaskCommandHandler,
    private readonly ending: EndTaskHandler,
    @Inject(TASK_WORKS) works: readonly TaskWork[],
    @Inject(STAGING_AREA) private readonly staging: StagingArea,
    @Inject(TASK_PROGRESS) private readonly board: TaskProgressBoard,
    @Inject(EVENT_STORE) private readonly eventStore: EventStore,
    @Inject(LEASES) private readonly leases: Leases,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(WORKER_LOG) private readonly log: WorkerLog,
  ) {
    this.works = new Map(works.map((work) => [work.taskType, work]));
  }

  /**
   * @param stopping aborts when the process has to stop; the task then stays as it is, for another worker
   * @throws PostponeJob while another worker has the task; what may heal, to be called again
   */
  async execute({ taskId }: Job, stopping: AbortSignal): Promise<void> {
    const { status, taskType } = await this.tasks.stateOf(taskId);
    if (status === 'absent') return;
    const claim = await TaskClaim.take(this.leases, taskId, claimDurationMs(this.config.uploads.leaseS));
    if (claim === null) throw new PostponeJob(LOOK_AGAIN_MS);
    try {
      await this.advance(taskId, taskType, claim, stopping);
    } finally {
      await claim.release();
    }
  }

  private async advance(taskId: string, taskType: string, claim: TaskClaim, stopping: AbortSignal): Promise<void> {
    const progress = new ProgressReporter(this.board, taskId, this.clock);
    try {
      const run = await this.begin(taskId, claim, stopping, progress);
      if (run !== null) await this.attempt(run, this.workOf(taskType));
    } finally {
      await progress.close();
    }
    await this.staging.removeTaskFolder(taskId);
  }

  /** @returns null when the task has ended already */
  private async begin(
    taskId: string,
    claim: TaskClaim,
    stopping: AbortSignal,
    progress: ProgressReporter,
  ): Promise<TaskRun | null> {
    const found = await this.tasks.stateOf(taskId); // again: before the claim, another worker may have gone on
    if (hasEnded(found)) return null;
    const context = workerContext(found.requestId);
    const { state } = await this.tasks.handle({ type: 'StartTask', taskId }, context);
    const parts = {
      taskId,
      state,
      requester: await this.requesterOf(taskId),
      signal: AbortSignal.any([stopping, claim.signal]),
      isLastAttempt: state.failedAttempts + 1 >= this.config.tasks.attempts,
      keepClaim: () => claim.keep(),
      progress,
    };
    return new TaskRun(parts, this.tasks, this.staging);
  }

  private async attempt(run: TaskRun, work: TaskWork): Promise<void> {
    const decided = run.outcomeOf(GIVE_UP);
    if (decided !== undefined) {
      await this.giveUp(run, work, decided);
      return;
    }
    try {
      const result = await work.run(run);
      await this.ending.succeed(run.taskId, result, work.summaryOf?.(run));
    } catch (error) {
      await this.judge(run, work, error);
    }
  }

  /** @throws TaskClaimLost; the error when the task is to be tried again, here or elsewhere */
  private async judge(run: TaskRun, work: TaskWork, error: unknown): Promise<void> {
    if (run.signal.aborted || isOutage(error)) throw error;
    await run.keepClaim(); // what fails because another worker has taken over is no failure of the task
    if (hasEnded(await this.tasks.stateOf(run.taskId))) return; // failed by somebody else, who found its lock expired
    if (mayHeal(error) && !run.isLastAttempt) {
      const reason = failureMessage(error);
      await this.tasks.handle({ type: 'FailTaskAttempt', taskId: run.taskId, reason }, run.context);
      throw error;
    }
    this.log.taskFailed(run.taskId, error);
    const decision = { message: failureMessage(error) };
    await run.complete(GIVE_UP, decision);
    await this.giveUp(run, work, decision);
  }

  private async giveUp(run: TaskRun, work: TaskWork, { message }: TaskInput): Promise<void> {
    const reason = typeof message === 'string' ? message : failureMessage(null);
    await work.giveUp(run, reason);
    await this.ending.fail(run.taskId, reason);
  }

  private workOf(taskType: string): TaskWork {
    const work = this.works.get(taskType);
    if (work === undefined) throw new Error(`No worker knows tasks of type ${taskType}`);
    return work;
  }

  /** Whoever asked for the task is the actor of its first event. */
  private async requesterOf(taskId: string): Promise<Actor> {
    const [created] = await this.eventStore.readStream(taskStream(taskId));
    if (created === undefined) throw new Error(`Task ${taskId} has no events`);
    return created.metadata.actor;
  }
}
