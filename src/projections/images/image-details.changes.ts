import type { ImageEvent, ImageLocation } from '../../events/contracts/image-events.js';
import type { ImageDetails, ImageMember } from './image-details.read-model.js';

type DataOf = { [Event in ImageEvent as Event['type']]: Event['data'] };
type Typed<Type extends keyof DataOf = keyof DataOf> = { [Each in Type]: { type: Each; data: DataOf[Each] } }[Type];

/** What an event finds: the image as it was, and when the event was recorded. */
type Context = Readonly<{ document: ImageDetails; at: string }>;

/** The fields that get new values; null when the image is gone. */
type Change = Partial<ImageDetails> | null;

type Changes = { readonly [Type in keyof DataOf]: (data: DataOf[Type], context: Context) => Change };

/** What an event changes of an image that exists. */
export const changeOf = <Type extends keyof DataOf>(event: Typed<Type>, context: Context): Change =>
  changes[event.type](event.data, context);

const idle = { uploadId: null, uploadStore: null } as const;
const withoutData = { ...idle, status: 'queued', sizeBytes: null, virtualSizeBytes: null } as const;

const changes: Changes = {
  ImageCreated: () => ({}),
  ImageDetailsChanged: (data) => data,
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
  ImageDataStored: (data, { document }) => ({
    ...idle,
    status: 'active',
    locations: [...document.locations, data.location],
    sizeBytes: data.sizeBytes,
    virtualSizeBytes: data.virtualSizeBytes,
    checksum: data.checksum,
    hashAlgorithm: data.hashAlgorithm,
    hashValue: data.hashValue,
  }),
  ImageUploadFailed: ({ status }) => ({ ...withoutData, status }),
  ImageStagingStarted: ({ uploadId }) => ({ status: 'uploading', uploadId, uploadStore: null }),
  ImageDataStaged: ({ sizeBytes }) => ({ ...idle, sizeBytes }),
  ImageStagingFailed: () => withoutData,
  ImageImportStarted: ({ taskId }) => ({ status: 'importing', uploadId: taskId, uploadStore: null }),
  ImageImportFailed: () => withoutData,

  ImageLocationAdded: ({ location, sizeBytes }, { document }) => ({
    status: 'active',
    sizeBytes: document.sizeBytes ?? sizeBytes,
    locations: [...document.locations, location],
  }),
  ImageLocationRemoved: ({ url }, { document }) => ({
    locations: replaceFirst(document.locations, url, () => []),
  }),
  ImageLocationMetadataChanged: ({ url, metadata }, { document }) => ({
    locations: replaceFirst(document.locations, url, (location) => [{ ...location, metadata }]),
  }),

  ImageDeactivated: () => ({ status: 'deactivated' }),
  ImageReactivated: () => ({ status: 'active' }),
  ImageDeleted: () => null,
  ImageDeletionScheduled: ({ scrubAfter }) => ({ ...idle, status: 'pending_delete', scrubAfter }),
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

/** One URL may stand there twice with different metadata; events that name a URL mean the first. */
const replaceFirst = (
  locations: ImageDetails['locations'],
  url: string,
  replacement: (location: ImageLocation) => ImageDetails['locations'],
): ImageDetails['locations'] => {
  const first = locations.findIndex((location) => location.url === url);
  return locations.flatMap((location, index) => (index === first ? replacement(location) : [location]));
};

const without = (members: readonly ImageMember[], memberId: string): readonly ImageMember[] =>
  members.filter((member) => member.memberId !== memberId);

const memberChange = ({ document, at }: Context, memberId: string, status: ImageMember['status']): Change => ({
  members: document.members.map((member) =>
    member.memberId === memberId ? { ...member, status, updatedAt: at } : member,
  ),
});
