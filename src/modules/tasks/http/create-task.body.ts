import type { TaskType } from '../../../events/contracts/task-events.js';
import { badRequest } from '../../../http/http-problem.js';
import type { Json, JsonObject } from '../../../kernel/json.js';

/** What a client asks for in `POST /v2/tasks`. */
type CreateTaskBody = Readonly<{ taskType: TaskType; input: JsonObject }>;

const TASK_TYPES: readonly TaskType[] = ['import', 'export', 'clone', 'api_image_import', 'location_import'];

/** @throws HttpProblem 400 */
export function parseCreateTask(body: JsonObject): CreateTaskBody {
  const { type, input, ...rest } = body;
  if (type === undefined) throw badRequest("Task 'type' is required");
  if (input === undefined) throw badRequest("Task 'input' is required");
  const taskType = TASK_TYPES.find((known) => known === type);
  if (taskType === undefined) throw badRequest(mismatch(`'type' must be one of: ${TASK_TYPES.join(', ')}`));
  if (!isObjectOrNull(input)) throw badRequest(mismatch("'input' must be an object"));
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw badRequest(mismatch(`'${unknown}' was unexpected`));
  return { taskType, input: input ?? {} };
}

const mismatch = (reason: string): string => `Provided object does not match schema 'task': ${reason}`;

const isObjectOrNull = (value: Json): value is JsonObject | null => typeof value === 'object' && !Array.isArray(value);
