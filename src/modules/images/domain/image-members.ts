import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { AddMember, MemberStatus, RemoveMember, SetMemberStatus } from './image.commands.js';
import { ImageMemberExists, ImageMemberNotFound, ImageNotShared } from './image.errors.js';
import type { ForImage } from './image-guards.js';
import { mustBeLive } from './image-guards.js';
import { mustFitQuota } from './image-quotas.js';
import type { ImageState } from './image-state.js';

type ForMember = ForImage & Readonly<{ memberId: string }>;

export const addMember = (command: AddMember, state: ImageState): ImageEvent[] => {
  mustBeShared(command, state);
  const { imageId, memberId, quotas } = command;
  if (Object.hasOwn(state.members, memberId)) {
    throw new ImageMemberExists(`Project ${memberId} is a member of image ${imageId} already.`, { imageId, memberId });
  }
  mustFitQuota('members', Object.keys(state.members).length + 1, quotas);
  return [{ type: 'ImageMemberAdded', schemaVersion: 1, data: { memberId } }];
};

export const setMemberStatus = (command: SetMemberStatus, state: ImageState): ImageEvent[] => {
  mustHaveMember(command, state);
  const { memberId, status } = command;
  return state.members[memberId] === status ? [] : [memberStatusChanged(memberId, status)];
};

const memberStatusChanged = (memberId: string, status: MemberStatus): ImageEvent => {
  switch (status) {
    case 'accepted':
      return { type: 'ImageMemberAccepted', schemaVersion: 1, data: { memberId } };
    case 'rejected':
      return { type: 'ImageMemberRejected', schemaVersion: 1, data: { memberId } };
    case 'pending':
      return { type: 'ImageMembershipReset', schemaVersion: 1, data: { memberId } };
  }
};

export const removeMember = (command: RemoveMember, state: ImageState): ImageEvent[] => {
  mustHaveMember(command, state);
  return [{ type: 'ImageMemberRemoved', schemaVersion: 1, data: { memberId: command.memberId } }];
};

const mustBeShared = (command: ForImage, state: ImageState): void => {
  mustBeLive(command, state);
  const { imageId } = command;
  const { visibility } = state;
  if (visibility === 'shared') return;
  throw new ImageNotShared(`Only shared images have members; image ${imageId} is ${visibility}.`, {
    imageId,
    visibility,
  });
};

const mustHaveMember = (command: ForMember, state: ImageState): void => {
  mustBeShared(command, state);
  const { imageId, memberId } = command;
  if (Object.hasOwn(state.members, memberId)) return;
  throw new ImageMemberNotFound(`Project ${memberId} is no member of image ${imageId}.`, { imageId, memberId });
};
