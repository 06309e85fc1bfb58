import { presentTime } from '../../../http/present-time.js';
import type { JsonObject } from '../../../kernel/json.js';
import type { ImageMember } from '../../../projections/images/image-details.read-model.js';

/** The v2 form of a membership. */
export const presentMember = (imageId: string, member: ImageMember): JsonObject => ({
  member_id: member.memberId,
  image_id: imageId,
  status: member.status,
  created_at: presentTime(member.createdAt),
  updated_at: presentTime(member.updatedAt),
  schema: '/v2/schemas/member',
});
