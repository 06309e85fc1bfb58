import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { EventOf } from './event.js';
import {
  DescribingTask,
  DigestSchema,
  ImportRequestSchema,
  LocationSchema,
  position,
  PropertiesSchema,
  VisibilitySchema,
} from './image-event-fields.js';
import { data, nullable } from './schema-parts.js';

/** Whom an image is offered to, beside its owner. */
export type ImageVisibility = Static<typeof VisibilitySchema>;
/** Where bytes are. */
export type ImageLocation = Readonly<Static<typeof LocationSchema>>;
/** What an import was asked for. */
export type ImportRequest = Readonly<Static<typeof ImportRequestSchema>>;
/** What tells whether two data are the same. */
export type ImageDigest = Readonly<Static<typeof DigestSchema>>;

const member = (description: string) => data(description, { memberId: Type.String() });

/** Every event in the life of an image, stream `image-<uuid>`. Released versions are frozen; see docs/events.md. */
export const imageEvents = {
  ImageCreated: {
    schemaVersion: 1,
    data: data('An image record came to be; it has no data yet (queued).', {
      imageId: Type.String(),
      owner: nullable(Type.String()),
      name: nullable(Type.String()),
      visibility: VisibilitySchema,
      protected: Type.Boolean(),
      hidden: Type.Boolean(),
      diskFormat: nullable(Type.String()),
      containerFormat: nullable(Type.String()),
      minDiskGb: Type.Integer(),
      minRamMb: Type.Integer(),
      properties: PropertiesSchema,
      tags: Type.Array(Type.String()),
      createdAt: Type.String(),
    }),
  },
  ImageDetailsChanged: {
    schemaVersion: 1,
    data: data('Descriptive fields got new values; fields that are absent kept theirs.', {
      name: Type.Optional(nullable(Type.String())),
      diskFormat: Type.Optional(nullable(Type.String())),
      containerFormat: Type.Optional(nullable(Type.String())),
      minDiskGb: Type.Optional(Type.Integer()),
      minRamMb: Type.Optional(Type.Integer()),
      taskId: DescribingTask,
    }),
  },
  ImagePropertiesChanged: {
    schemaVersion: 1,
    data: data('Custom properties were set or removed.', {
      set: PropertiesSchema,
      removed: Type.Array(Type.String()),
      taskId: DescribingTask,
    }),
  },
  ImageVisibilityChanged: {
    schemaVersion: 1,
    data: data('Who may see the image changed.', { visibility: VisibilitySchema }),
  },
  ImageProtectionChanged: {
    schemaVersion: 1,
    data: data('Protection against deletion was switched on or off.', { protected: Type.Boolean() }),
  },
  ImageHiddenChanged: {
    schemaVersion: 1,
    data: data('The image left the default list, or came back to it.', { hidden: Type.Boolean() }),
  },
  ImageOwnerChanged: {
    schemaVersion: 1,
    data: data('The image belongs to another project, or to none.', { owner: nullable(Type.String()) }),
  },
  ImageTagAdded: { schemaVersion: 1, data: data('A tag was put on the image.', { tag: Type.String() }) },
  ImageTagRemoved: { schemaVersion: 1, data: data('A tag was taken off the image.', { tag: Type.String() }) },
  ImageTagsReplaced: {
    schemaVersion: 1,
    data: data('The whole list of tags was replaced.', { tags: Type.Array(Type.String()) }),
  },
  ImageMemberAdded: { schemaVersion: 1, data: member('The image was offered to a project (membership pending).') },
  ImageMemberAccepted: { schemaVersion: 1, data: member('The project accepted the offered image.') },
  ImageMemberRejected: { schemaVersion: 1, data: member('The project rejected the offered image.') },
  ImageMembershipReset: { schemaVersion: 1, data: member('The membership went back to pending.') },
  ImageMemberRemoved: { schemaVersion: 1, data: member('The project may no longer use the image.') },
  ImageUploadStarted: {
    schemaVersion: 1,
    data: data('A client began to send data (saving); the upload id is the claim that a lease keeps alive.', {
      uploadId: Type.String(),
      store: Type.String(),
    }),
  },
  ImageDataStored: {
    schemaVersion: 1,
    data: data('All data of the image is durable in a store (active).', {
      uploadId: Type.String(),
      location: LocationSchema,
      sizeBytes: Type.Integer(),
      virtualSizeBytes: nullable(Type.Integer()),
      checksum: Type.String(),
      hashAlgorithm: Type.String(),
      hashValue: Type.String(),
    }),
  },
  ImageUploadFailed: {
    schemaVersion: 1,
    data: data('The upload ended without data; its bytes are gone.', {
      uploadId: Type.String(),
      reason: Type.String(),
      status: Type.Union([Type.Literal('queued'), Type.Literal('killed')]),
    }),
  },
  ImageStagingStarted: {
    schemaVersion: 1,
    data: data('A client began to send data to the staging area (uploading).', { uploadId: Type.String() }),
  },
  ImageDataStaged: {
    schemaVersion: 1,
    data: data('All data lies in the staging area and waits for its import.', {
      uploadId: Type.String(),
      sizeBytes: Type.Integer(),
    }),
  },
  ImageStagingFailed: {
    schemaVersion: 1,
    data: data('Staging ended without data (queued again).', { uploadId: Type.String(), reason: Type.String() }),
  },
  ImageImportRequested: {
    schemaVersion: 1,
    data: data('An import was accepted: the image is locked for its task, which is created next.', {
      taskId: Type.String(),
      request: ImportRequestSchema,
    }),
  },
  ImageImportStarted: {
    schemaVersion: 1,
    data: data('The task began to bring data: importing, unless the image is active and only copied.', {
      taskId: Type.String(),
      stores: Type.Array(Type.String(), { description: 'stores that the data goes to' }),
    }),
  },
  ImageImportedToStore: {
    schemaVersion: 1,
    data: data('All data of the image is durable in one of the stores of the import.', {
      taskId: Type.String(),
      location: LocationSchema,
      sizeBytes: Type.Integer(),
      virtualSizeBytes: nullable(Type.Integer()),
      checksum: Type.String(),
      hashAlgorithm: Type.String(),
      hashValue: Type.String(),
    }),
  },
  ImageImportToStoreFailed: {
    schemaVersion: 1,
    data: data('The data did not get into one of the stores of the import.', {
      taskId: Type.String(),
      store: Type.String(),
      reason: Type.String(),
    }),
  },
  ImageImportToStoreReverted: {
    schemaVersion: 1,
    data: data('What the import had brought into a store is no longer data of the image; its bytes go, too.', {
      taskId: Type.String(),
      store: Type.String(),
      url: Type.String(),
    }),
  },
  ImageImportActivated: {
    schemaVersion: 1,
    data: data('The image became active; its import may still be busy with further stores.', { taskId: Type.String() }),
  },
  ImageImportCompleted: {
    schemaVersion: 1,
    data: data('The import has ended well; the lock is gone.', { taskId: Type.String() }),
  },
  ImageImportFailed: {
    schemaVersion: 1,
    data: data('The import ended without data (queued again), or without a copy; the lock is gone.', {
      taskId: Type.String(),
      reason: Type.String(),
      failedStores: Type.Array(Type.String(), { description: 'stores that should have got the data and did not' }),
      status: Type.Union([
        Type.Literal('queued'),
        Type.Literal('uploading'),
        Type.Literal('active'),
        Type.Literal('deactivated'),
      ]),
    }),
  },
  ImageLocationAdded: {
    schemaVersion: 1,
    data: data('Data at a location became data of the image; a queued image is active now.', {
      location: LocationSchema,
      sizeBytes: Type.Integer(),
      digest: Type.Optional(DigestSchema),
      position: position('0-based place among the locations; absent: behind the others'),
      taskId: Type.Optional(Type.String({ description: 'task that registered it, and still has the lock' })),
      hashAlgorithm: Type.Optional(Type.String({ description: 'what the task hashes the data with, from now on' })),
    }),
  },
  ImageLocationRemoved: {
    schemaVersion: 1,
    data: data('A location is no longer one of the image.', {
      url: Type.String(),
      position: position('0-based place among the locations; absent: the first with this URL'),
      removesData: Type.Optional(
        Type.Boolean({ description: 'the bytes are removed next; until then the store gets none of this image' }),
      ),
    }),
  },
  ImageLocationDataRemoved: {
    schemaVersion: 1,
    data: data('The bytes of a location that had been removed are gone.', { url: Type.String() }),
  },
  ImageLocationDataKept: {
    schemaVersion: 1,
    data: data('The bytes of a location that had been removed are in use by others: it is one of the image again.', {
      url: Type.String(),
    }),
  },
  ImageLocationsRearranged: {
    schemaVersion: 1,
    data: data('The same locations stand in another order, or other things are remembered about them.', {
      locations: Type.Array(LocationSchema),
    }),
  },
  ImageLocationImportRequested: {
    schemaVersion: 1,
    data: data(
      'The registration of a location was accepted: the image is locked for its task, which is created next.',
      {
        taskId: Type.String(),
        url: Type.String(),
        expected: nullable(
          Type.Object(
            { hashAlgorithm: Type.String(), hashValue: Type.String() },
            { description: 'what the client says' },
          ),
        ),
        hashes: Type.Boolean({ description: 'the data is read to compute its hashes' }),
      },
    ),
  },
  ImageLocationVerificationStarted: {
    schemaVersion: 1,
    data: data('The location is known, and its data is compared with what the client says of it (importing).', {
      taskId: Type.String(),
      location: LocationSchema,
      sizeBytes: Type.Integer(),
    }),
  },
  ImageLocationImportCompleted: {
    schemaVersion: 1,
    data: data('The registration has ended well (active); the lock is gone.', {
      taskId: Type.String(),
      digest: Type.Optional(DigestSchema),
    }),
  },
  ImageLocationImportFailed: {
    schemaVersion: 1,
    data: data('The registration ended without data (queued again), or without hashes; the lock is gone.', {
      taskId: Type.String(),
      reason: Type.String(),
      status: Type.Union([Type.Literal('queued'), Type.Literal('active'), Type.Literal('deactivated')]),
      keepsLocation: Type.Optional(
        Type.Boolean({ description: 'the queued image still names the location, whose data nobody can remove' }),
      ),
    }),
  },
  ImageLocationMetadataChanged: {
    schemaVersion: 1,
    data: data('What is remembered about a location changed.', {
      url: Type.String(),
      metadata: Type.Record(Type.String(), Type.Unknown()),
    }),
  },
  ImageDeactivated: { schemaVersion: 1, data: data('The data was withheld from everybody but administrators.', {}) },
  ImageReactivated: { schemaVersion: 1, data: data('The data was made available again.', {}) },
  ImageDeleted: {
    schemaVersion: 1,
    data: data('The image is gone for every client; its id stays taken. Its bytes are removed next.', {
      deletedAt: Type.String(),
    }),
  },
  ImageDeletionScheduled: {
    schemaVersion: 1,
    data: data(
      'The image is gone for every client, but can be restored until its bytes are scrubbed (pending_delete).',
      {
        deletedAt: Type.String(),
        scrubAfter: Type.String(),
      },
    ),
  },
  ImageScrubbingStarted: {
    schemaVersion: 1,
    data: data('The scrubber begins to remove the bytes: the image can no longer be restored.', {}),
  },
  ImageRestored: { schemaVersion: 1, data: data('An image that waited for scrubbing is active again.', {}) },
  ImageScrubbed: {
    schemaVersion: 1,
    data: data('The bytes of a deleted image have been removed from every store.', { scrubbedAt: Type.String() }),
  },
} as const;

export type ImageEvent = EventOf<typeof imageEvents>;

export const isImageEvent = (event: Readonly<{ type: string }>): event is ImageEvent =>
  Object.hasOwn(imageEvents, event.type);
