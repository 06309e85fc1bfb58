import type { JsonObject } from '../../../../kernel/json.js';
import { UUID_PATTERN } from './image-properties.js';

/** Also of a task in a list, although the list leaves out the last three. */
const stub: JsonObject = {
  id: { type: 'string', description: 'Identifier of the task', pattern: UUID_PATTERN },
  type: {
    type: 'string',
    description: 'What the task does',
    enum: ['import', 'export', 'clone', 'api_image_import', 'location_import'],
  },
  status: {
    type: 'string',
    description: 'How far the task is',
    enum: ['pending', 'processing', 'success', 'failure'],
  },
  owner: { type: 'string', description: 'Project that the task belongs to' },
  expires_at: { type: ['null', 'string'], description: 'When a finished task is forgotten' },
  created_at: { type: 'string', description: 'When the task was created' },
  updated_at: { type: 'string', description: 'When the task was changed last' },
  self: { type: 'string', readOnly: true },
  schema: { type: 'string', readOnly: true },
  image_id: { type: 'string', description: 'Image that the task works on' },
  request_id: { type: 'string', description: 'Request that created the task' },
  user_id: { type: 'string', description: 'User who created the task' },
};

/** A task in full. */
export const taskSchema: JsonObject = {
  name: 'task',
  properties: {
    ...stub,
    input: { type: ['null', 'object'], description: 'What the task was given' },
    result: { type: ['null', 'object'], description: 'What the task has made' },
    message: { type: 'string', description: 'What there is to say about progress or failure' },
    progress: {
      type: 'object',
      description: 'How far the task has come, while it is processing',
      properties: {
        step: { type: 'string' },
        bytes_done: { type: 'integer' },
        bytes_expected: { type: ['null', 'integer'] },
        updated_at: { type: 'string' },
      },
    },
  },
};

/** A task in a list. */
export const taskStubSchema: JsonObject = { name: 'task', properties: stub };
