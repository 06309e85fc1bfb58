import type { JsonObject } from '../../../../kernel/json.js';
import { UUID_PATTERN } from './image-properties.js';

/** The membership of a project in an image. */
export const memberSchema: JsonObject = {
  name: 'member',
  properties: {
    member_id: { type: 'string', description: 'Project that the image is shared with' },
    image_id: { type: 'string', description: 'Identifier of the image', pattern: UUID_PATTERN },
    created_at: { type: 'string', description: 'When the image was shared' },
    updated_at: { type: 'string', description: 'When the membership was changed last' },
    status: {
      type: 'string',
      description: 'What the project makes of the offer',
      enum: ['pending', 'accepted', 'rejected'],
    },
    schema: { type: 'string', readOnly: true },
  },
};
