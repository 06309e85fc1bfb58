import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImagePolicy } from '../../src/auth/image-policy.js';
import { RulePolicy } from '../../src/auth/rule-policy.js';
import { loadConfig } from '../../src/config/load-config.js';
import { InMemoryEventStore } from '../../src/events/adapters/in-memory/in-memory.event-store.js';
import { taskEvents } from '../../src/events/contracts/task-events.js';
import { EventCodec } from '../../src/events/event-codec.js';
import type { CommandContext } from '../../src/events/handle-command.js';
import { CommandHandling } from '../../src/events/handle-command.js';
import { EndTaskHandler } from '../../src/modules/tasks/commands/end-task.handler.js';
import { ExpireTasksHandler } from '../../src/modules/tasks/commands/expire-tasks.handler.js';
import { TaskCommandHandler } from '../../src/modules/tasks/commands/task-command.handler.js';
import type { CreateTask } from '../../src/modules/tasks/domain/task.commands.js';
import { TaskQueries } from '../../src/modules/tasks/queries/task.queries.js';
import { loadSecretKey } from '../../src/projections/database/secret-key.js';
import { SqlTaskProgressBoard } from '../../src/projections/database/sql-task-progress.js';
import { SqlTaskSecrets } from '../../src/projections/database/sql-task-secrets.js';
import { openReadModelDatabase } from '../../src/projections/database/sqlite.js';
import { ProjectionRunner } from '../../src/projections/projection-runner.js';
import { SqlTaskProjection } from '../../src/projections/tasks/sql-task.projection.js';
import { SqlTaskReadModel } from '../../src/projections/tasks/sql-task.read-model.js';

const HOUR_MS = 3_600_000;
const REQUESTER: CommandContext = {
  actor: { userId: 'user-a', projectId: 'project-a', roles: ['member'] },
  requestId: 'req-1',
};

/** The tasks context in one process, with a clock that stands still until it is moved. */
export type TaskWorkbench = Awaited<ReturnType<typeof openTaskWorkbench>>;

export async function openTaskWorkbench(environment: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'hindsight-tasks-'));
  const { config } = loadConfig({ files: [], directories: [], environment, commandLine: { dataDir: folder } });
  let now = Date.parse('2026-03-01T12:00:00.000Z');
  const clock = { now: () => new Date(now) };
  const eventStore = new InMemoryEventStore();
  const codec = EventCodec.of([taskEvents]);
  const database = await openReadModelDatabase(join(folder, 'read-models.sqlite'));
  const projections = new ProjectionRunner(eventStore, codec, database, [new SqlTaskProjection()]);
  await projections.migrate();
  const readModel = new SqlTaskReadModel(database);
  const progress = new SqlTaskProgressBoard(database);
  const secrets = new SqlTaskSecrets(database, await loadSecretKey(folder), clock);
  const tasks = new TaskCommandHandler(new CommandHandling(eventStore, codec, clock), projections, clock);
  const policy = new ImagePolicy(new RulePolicy());
  return {
    config,
    database,
    eventStore,
    readModel,
    progress,
    secrets,
    tasks,
    clock,
    ending: new EndTaskHandler(tasks, secrets, progress, clock, config),
    expiry: new ExpireTasksHandler(tasks, readModel, secrets, progress, clock),
    queries: new TaskQueries(readModel, progress, policy, clock),
    letHoursPass: (hours: number): void => void (now += hours * HOUR_MS),
    /** A task of `project-a` that waits. */
    create: async (taskId: string, request: Partial<CreateTask> = {}): Promise<string> => {
      const bare = { taskType: 'import', owner: 'project-a', input: {}, imageId: null, requestId: null } as const;
      await tasks.handle({ type: 'CreateTask', taskId, userId: 'user-a', ...bare, ...request }, REQUESTER);
      return taskId;
    },
    start: (taskId: string) => tasks.handle({ type: 'StartTask', taskId }, REQUESTER),
    close: async (): Promise<void> => {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}
