import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import { ImagePolicy } from '../../../auth/image-policy.js';
import { CLOCK } from '../../../kernel/clock.js';
import type { Clock } from '../../../kernel/clock.js';
import { TASK_PROGRESS } from '../../../kernel/task-progress.js';
import type { TaskProgress, TaskProgressBoard } from '../../../kernel/task-progress.js';
import { TASK_READ_MODEL } from '../../../projections/tasks/task.read-model.js';
import type {
  TaskDetails,
  TaskListQuery,
  TaskReadModel,
  TaskViewer,
} from '../../../projections/tasks/task.read-model.js';
import { taskNotFound } from '../domain/task-guards.js';
import { TaskMarkerUnknown } from '../domain/task.errors.js';

/** A task, and how far it has come as far as anybody knows. */
export type TaskView = TaskDetails & Readonly<{ progress: TaskProgress | null }>;

/** What a client asks of a list; the marker is a task's id. */
export type ListTasks = Omit<TaskListQuery, 'viewer' | 'after' | 'now'> & Readonly<{ markerId: string | null }>;

/** `full` says that there may be more: as many tasks were read as were asked for. */
export type TaskPage = Readonly<{ tasks: readonly TaskView[]; full: boolean }>;

/** Tasks as one caller may see them: an admin all, others those of their project and of nobody; none whose time is over. */
@Injectable()
export class TaskQueries {
  constructor(
    @Inject(TASK_READ_MODEL) private readonly readModel: TaskReadModel,
    @Inject(TASK_PROGRESS) private readonly progress: TaskProgressBoard,
    private readonly policy: ImagePolicy,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Returns when the caller may use the API of tasks at all. To be asked before anything of a request is looked at.
   * @throws ActionForbidden
   */
  async requireAccess(caller: Caller): Promise<void> {
    await this.policy.requireGeneral('tasks_api_access', caller);
  }

  /** @throws TaskNotFound */
  async find(taskId: string, caller: Caller): Promise<TaskView> {
    const task = await this.readModel.find(taskId);
    if (task === null || !this.isShown(task, caller)) throw taskNotFound(taskId);
    const progress = await this.progress.find([taskId]);
    return { ...task, progress: progress.get(taskId) ?? null };
  }

  /** @throws TaskMarkerUnknown */
  async list({ markerId, ...query }: ListTasks, caller: Caller): Promise<TaskPage> {
    const after = markerId === null ? null : await this.marker(markerId, caller);
    if (query.limit === 0) return { tasks: [], full: false };
    const tasks = await this.readModel.list({ ...query, after, viewer: viewerOf(caller), now: this.now() });
    return { tasks: await this.withProgress(tasks), full: tasks.length === query.limit };
  }

  /** Tasks of an image, newest first; whether the caller may see the image is for others to say. */
  async ofImage(imageId: string, caller: Caller): Promise<readonly TaskView[]> {
    return this.withProgress(await this.readModel.ofImage(imageId, viewerOf(caller), this.now()));
  }

  private async marker(markerId: string, caller: Caller): Promise<TaskDetails> {
    const task = await this.readModel.find(markerId);
    if (task !== null && this.isShown(task, caller)) return task;
    throw new TaskMarkerUnknown(`The marker names no task: ${markerId}`, { markerId });
  }

  private isShown({ owner, expiresAt }: TaskDetails, caller: Caller): boolean {
    if (expiresAt !== null && expiresAt <= this.now()) return false;
    return caller.isAdmin || owner === null || owner === caller.projectId;
  }

  private async withProgress(tasks: readonly TaskDetails[]): Promise<readonly TaskView[]> {
    const progress = await this.progress.find(tasks.map(({ id }) => id));
    return tasks.map((task) => ({ ...task, progress: progress.get(task.id) ?? null }));
  }

  private now(): string {
    return this.clock.now().toISOString();
  }
}

const viewerOf = ({ projectId, isAdmin }: Caller): TaskViewer => ({ projectId, isAdmin });
