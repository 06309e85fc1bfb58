import type { SchemaModule } from 'kysely';
import { taskEvents } from '../../events/contracts/task-events.js';
import type { TaskEvent } from '../../events/contracts/task-events.js';
import type { ReadModelDialect } from '../database/read-model-dialect.js';
import { chunksOf, RowWriter } from '../database/row-writer.js';
import type { ProjectedEvent, Projection, ProjectionTarget } from '../projection.js';
import { decodeTask } from './task-document.codec.js';
import { taskRow } from './task-rows.js';
import { createTaskTables, TASK_INDEXES, TASK_TABLES } from './task-tables.js';
import { evolveTaskDetails, taskIdOf } from './task.projection.js';
import type { TaskDetails } from './task.read-model.js';

/** Keeps the documents of all tasks that have not expired, and the columns by which they are listed. */
export class SqlTaskProjection implements Projection<TaskEvent> {
  readonly name = 'tasks';
  readonly version = 1;
  readonly tables = TASK_TABLES;
  readonly readerIndexes = TASK_INDEXES;

  canHandle(type: string): boolean {
    return Object.hasOwn(taskEvents, type);
  }

  createTables(schema: SchemaModule, dialect: ReadModelDialect): Promise<void> {
    return createTaskTables(schema, dialect);
  }

  async apply(target: ProjectionTarget, events: readonly ProjectedEvent<TaskEvent>[]): Promise<void> {
    const before = await load(target, [...new Set(events.map(idOf))]);
    const after = new Map<string, TaskDetails | null>(before);
    for (const event of events) after.set(idOf(event), evolveTaskDetails(after.get(idOf(event)) ?? null, event));
    await writeChanges(new RowWriter(target), before, after);
  }
}

const idOf = ({ envelope }: ProjectedEvent<TaskEvent>): string => taskIdOf(envelope.stream);

const load = async (
  { tables, queries }: ProjectionTarget,
  ids: readonly string[],
): Promise<ReadonlyMap<string, TaskDetails>> => {
  const tasks = new Map<string, TaskDetails>();
  for (const chunk of chunksOf(ids)) {
    const { rows } = await queries.execute(tables, `load tasks ${chunk.length}`, chunk, () =>
      tables.selectFrom('tasks').select('document').where('id', 'in', chunk),
    );
    for (const task of rows.map(({ document }) => decodeTask(document))) tasks.set(task.id, task);
  }
  return tasks;
};

const writeChanges = async (
  rows: RowWriter,
  before: ReadonlyMap<string, TaskDetails>,
  after: ReadonlyMap<string, TaskDetails | null>,
): Promise<void> => {
  const gone = [...before.keys()].filter((id) => after.get(id) === null);
  await rows.deleteAll('tasks', 'id', gone);
  const added: TaskDetails[] = [];
  for (const [id, task] of after) {
    const known = before.get(id);
    if (task === null || task === known) continue;
    if (known === undefined) added.push(task);
    else await rows.update('tasks', 'id', taskRow(known), taskRow(task));
  }
  await rows.insert('tasks', added.map(taskRow));
};
