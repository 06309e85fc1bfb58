import type { Change, Changes, Context, DataOf } from './image-change.js';
import { idle, withoutData, withStoredData } from './image-data.changes.js';
import type { ImageDetails, ImageMember } from './image-details.read-model.js';
import { importChanges } from './image-import.changes.js';
import { locationChanges } from './image-location.changes.js';

type Typed<Type extends keyof DataOf = keyof DataOf> = { [Each in Type]: { type: Each; data: DataOf[Each] } }[Type];

/** What an event changes of an image that exists. */
export const changeOf = <Type extends keyof DataOf>(event: Typed<Type>, context: Context): Change =>
  changes[event.type](event.data, context);

/** Which import found them out is no detail of the image. */
function changedDetails(data: DataOf['ImageDetailsChanged']): Partial<ImageDetails> {
  const details = { ...data };
  delete details.taskId;
  return details;
}

const changes: Changes = {
  ImageCreated: () => ({}),
  ImageDetailsChanged: changedDetails,
  ImagePropertiesChanged: ({ set, removed }, { document }) => ({
    properties: changedProperties(document.properties, set, removed),
  }),
  ImageVisibilityChanged: (data) => data,
  ImageProtectionChanged: (data) => data,
  ImageHiddenChanged: (data) => data,
  ImageOwnerChanged: (data) => data,

  ImageTagAdded: ({ tag }, { document }) => ({ tags: [...new Set([...document.tags, tag])] }),
  ImageTagRemoved: ({ tag }, { document }) => ({ tags: document.tags.filter((it) => it !== tag) }),
  ImageTagsReplaced: ({ tags }) => ({ tags: [...new Set(tags)] }),

  ImageMemberAdded: ({ memberId }, { document, at }) => ({
    members: [...without(document.members, memberId), { memberId, status: 'pending', createdAt: at, updatedAt: at }],
  }),
  ImageMemberAccepted: ({ memberId }, context) => memberChange(context, memberId, 'accepted'),
  ImageMemberRejected: ({ memberId }, context) => memberChange(context, memberId, 'rejected'),
  ImageMembershipReset: ({ memberId }, context) => memberChange(context, memberId, 'pending'),
  ImageMemberRemoved: ({ memberId }, { document }) => ({ members: without(document.members, memberId) }),

  ImageUploadStarted: ({ uploadId, store }) => ({ status: 'saving', uploadId, uploadStore: store }),
  ImageDataStored: (data, { document }) => ({ ...idle, ...withStoredData(document, data), status: 'active' }),
  ImageUploadFailed: ({ status }) => ({ ...withoutData, status }),
  ImageStagingStarted: ({ uploadId }) => ({ status: 'uploading', uploadId, uploadStore: null }),
  ImageDataStaged: ({ sizeBytes }) => ({ ...idle, sizeBytes }),
  ImageStagingFailed: () => withoutData,

  ...importChanges,

  ...locationChanges,

  ImageDeactivated: () => ({ status: 'deactivated' }),
  ImageReactivated: () => ({ status: 'active' }),
  ImageDeleted: () => null,
  ImageDeletionScheduled: ({ scrubAfter }) => ({ ...idle, status: 'pending_delete', scrubAfter }),
  ImageScrubbingStarted: () => ({}),
  ImageRestored: () => ({ status: 'active', scrubAfter: null }),
  ImageScrubbed: () => null,
};

/** Entries, not assignment: a property may be called `__proto__`. */
const changedProperties = (
  properties: ImageDetails['properties'],
  set: ImageDetails['properties'],
  removed: readonly string[],
): ImageDetails['properties'] => {
  const gone = new Set(removed);
  const kept = Object.entries(properties).filter(([name]) => !gone.has(name));
  return Object.fromEntries([...kept, ...Object.entries(set)]);
};

const without = (members: readonly ImageMember[], memberId: string): readonly ImageMember[] =>
  members.filter((member) => member.memberId !== memberId);

const memberChange = ({ document, at }: Context, memberId: string, status: ImageMember['status']): Change => ({
  members: document.members.map((member) =>
    member.memberId === memberId ? { ...member, status, updatedAt: at } : member,
  ),
});
