import { Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import type { ImageDetails, ImageMember } from '../../../projections/images/image-details.read-model.js';
import { ImageMemberNotFound, ImageNotShared } from '../domain/image.errors.js';
import { ImageQueries } from './image.queries.js';

/** Memberships as one caller may see them: administrators and the owner see all, a member only its own. */
@Injectable()
export class ImageMemberQueries {
  constructor(private readonly images: ImageQueries) {}

  /** @throws ImageNotFound, ImageNotShared, ActionForbidden */
  async list(imageId: string, caller: Caller): Promise<readonly ImageMember[]> {
    const image = await this.images.find(imageId, caller);
    if (image.visibility !== 'shared') throw new ImageNotShared('Only shared images have members.', { imageId });
    await this.images.require('get_members', image, caller);
    return visibleMembers(image, caller);
  }

  /** @throws ImageNotFound, ImageMemberNotFound, also for what the policy refuses */
  async find(imageId: string, memberId: string, caller: Caller): Promise<ImageMember> {
    const image = await this.images.find(imageId, caller);
    const member = visibleMembers(image, caller).find((visible) => visible.memberId === memberId);
    if (image.visibility !== 'shared' || member === undefined) {
      throw new ImageMemberNotFound(`${memberId} is no member of image ${imageId}`, { imageId, memberId });
    }
    await this.images.require('get_member', image, caller);
    return member;
  }
}

function visibleMembers(image: ImageDetails, caller: Caller): readonly ImageMember[] {
  if (caller.isAdmin || (image.owner !== null && image.owner === caller.projectId)) return image.members;
  return image.members.filter(({ memberId }) => memberId === caller.projectId);
}
