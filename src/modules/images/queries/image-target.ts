import type { Caller } from '../../../auth/caller.js';
import type { ImageTarget } from '../../../auth/image-policy.js';
import type { ImageDetails } from '../../../projections/images/image-details.read-model.js';

/** What the policy is asked about when a caller wants to do something with an image that is shown. */
export const imageTarget = (image: ImageDetails, caller: Caller): ImageTarget => ({
  id: image.id,
  image,
  digest: image,
  isMember: image.members.some(({ memberId }) => memberId === caller.projectId),
});
