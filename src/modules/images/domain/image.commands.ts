import type {
  ImageDigest,
  ImageLocation,
  ImageVisibility,
  ImportRequest,
} from '../../../events/contracts/image-events.js';

type Command<Type extends string, Fields extends object = object> = Readonly<
  { type: Type; imageId: string; now: string } & Fields
>;

/** Highest allowed numbers; a negative one means that there is no limit. */
export type ImageQuotas = Readonly<{ properties: number; tags: number; members: number; locations: number }>;

/** All that can be said about an image without its data. */
export type ImageDescription = Readonly<{
  owner: string | null;
  name: string | null;
  visibility: ImageVisibility;
  protected: boolean;
  hidden: boolean;
  diskFormat: string | null;
  containerFormat: string | null;
  minDiskGb: number;
  minRamMb: number;
  properties: Readonly<Record<string, string>>;
  tags: readonly string[];
}>;

/** The fields that a change can set to a value, whatever the value was before. */
export type ImageField = Exclude<keyof ImageDescription, 'properties'>;

/**
 * One step of a change. Steps are applied in order, all or none. `when` says what a custom property must be before:
 * `absent` and `present` refuse with ImagePropertyExists and ImagePropertyMissing, `any` overwrites or adds.
 */
export type ImageChange =
  | { [Field in ImageField]: Readonly<{ kind: 'set_field'; field: Field; value: ImageDescription[Field] }> }[ImageField]
  | Readonly<{ kind: 'set_property'; name: string; value: string; when: 'any' | 'absent' | 'present' }>
  | Readonly<{ kind: 'remove_property'; name: string }>;

/** A step that says what the data is, not who may have it. */
export type DescriptiveChange = Exclude<
  ImageChange,
  { field: 'owner' | 'visibility' | 'protected' | 'hidden' | 'tags' }
>;

/** Data at a known place, examined: its store, its size, and what the client says that it is. */
export type KnownData = Readonly<{ location: ImageLocation; sizeBytes: number; digest: ImageDigest | null }>;

/**
 * One step of a change to the locations. Positions count in the order in which locations are shown: the heaviest store
 * first. `null` is behind the last for an addition, and the last for a removal.
 */
export type LocationChange =
  | Readonly<{ kind: 'add_location'; position: number | null; data: KnownData }>
  /** Sets all of an image without locations; else the same ones, with other metadata or in another order. */
  | Readonly<{ kind: 'replace_locations'; locations: readonly KnownData[] }>
  | Readonly<{ kind: 'remove_location'; position: number | null }>;

/** Weights of stores by id; a location in a heavier store is shown and read first. */
export type StoreWeights = Readonly<Record<string, number>>;

/** Registers an image under an id that was never used before. */
export type CreateImage = Command<'CreateImage', { description: ImageDescription; quotas: ImageQuotas }>;
/** Changes the description, all steps or none; what ends up as it was makes no event. */
export type ChangeImage = Command<
  'ChangeImage',
  {
    changes: readonly ImageChange[];
    quotas: ImageQuotas;
    /** Steps that are taken behind the others. */
    locations?: Readonly<{ changes: readonly LocationChange[]; weights: StoreWeights; keptStores: readonly string[] }>;
  }
>;
/**
 * Makes the description what it once was, as if by a change. Formats go back only while they can still change; the owner, the
 * data and the members stay, and so do the properties that `keeps` names.
 */
export type RevertImage = Command<
  'RevertImage',
  { target: Omit<ImageDescription, 'owner'>; keeps: readonly string[]; quotas: ImageQuotas }
>;
/** Puts a tag on the image; one that is there already is no change. */
export type AddTag = Command<'AddTag', { tag: string; quotas: ImageQuotas }>;
/** Takes a tag off the image. */
export type RemoveTag = Command<'RemoveTag', { tag: string }>;
/** Offers a shared image to a project; its membership begins as pending. */
export type AddMember = Command<'AddMember', { memberId: string; quotas: ImageQuotas }>;
/** Records the project's answer to the offer; any answer may follow any other. */
export type SetMemberStatus = Command<'SetMemberStatus', { memberId: string; status: MemberStatus }>;
/** Withdraws the image from a project, which may be added again. */
export type RemoveMember = Command<'RemoveMember', { memberId: string }>;
/** Claims a queued image for one upload; `uploadId` is that claim. */
export type StartUpload = Command<'StartUpload', { uploadId: string; store: string }>;
/** Ends an upload: the data is durable and the image becomes active. */
export type StoreUploadedData = Command<'StoreUploadedData', { uploadId: string } & StoredImageData>;
/** Ends an upload without data. `leaves` is `queued` for the v2 API, `killed` for v1. Without effect when the claim has ended already. */
export type FailUpload = Command<'FailUpload', { uploadId: string; reason: string; leaves: 'queued' | 'killed' }>;
/** Claims a queued image for data that waits in the staging area for an import. */
export type StartStaging = Command<'StartStaging', { uploadId: string }>;
/** All data is in the staging area; the claim ends, the image waits for its import. */
export type CompleteStaging = Command<'CompleteStaging', { uploadId: string; sizeBytes: number }>;
/** Ends staging without data. Without effect when the claim has ended already. */
export type FailStaging = Command<'FailStaging', { uploadId: string; reason: string }>;
/**
 * Locks the image for an import task. A lock that has expired may be replaced: `preempts` names the task that held it, null
 * expects that there is no lock.
 */
export type RequestImport = Command<
  'RequestImport',
  { taskId: string; request: ImportRequest; preempts: string | null }
>;
/** The task begins: `stores` get the data. The image is importing from now on, unless it is active and only copied. */
export type StartImport = Command<'StartImport', { taskId: string; stores: readonly string[] }>;
/** What the import found out about the image on the way, say its format; taken back if the import fails. */
export type DescribeImport = Command<'DescribeImport', { taskId: string; changes: readonly DescriptiveChange[] }>;
/** The data is durable in one store. `activates`: that is enough for the image to be active. */
export type ImportToStore = Command<'ImportToStore', { taskId: string; activates: boolean } & StoredImageData>;
/** The data did not get into one store, and the import goes on with the others. */
export type FailImportToStore = Command<'FailImportToStore', { taskId: string; store: string; reason: string }>;
/** Takes back what this import has brought into a store. Without effect on an image that the import has made active. */
export type RevertImportToStore = Command<'RevertImportToStore', { taskId: string; store: string }>;
/** Ends an import: whatever stores were to get the data have it or have failed; at least one has it. */
export type CompleteImport = Command<'CompleteImport', { taskId: string }>;
/**
 * Ends an import without success; an image that was importing is queued again, as it was before. Staged data must be sent
 * again. Without effect when the task does not hold the lock.
 */
export type FailImport = Command<'FailImport', { taskId: string; reason: string; failedStores: readonly string[] }>;
/** Forgets the first location with this URL; an active image keeps at least one. */
export type RemoveLocation = Command<'RemoveLocation', { url: string }>;
/** Forgets the first location in a store. `removesData`: its bytes go away next. */
export type RemoveFromStore = Command<'RemoveFromStore', { store: string; removesData: boolean }>;
/** The bytes of a removed location are gone. Without effect when nobody waits for that. */
export type CompleteLocationRemoval = Command<'CompleteLocationRemoval', { url: string }>;
/** The bytes of a removed location have to stay, and so has the location. Without effect as above. */
export type UndoLocationRemoval = Command<'UndoLocationRemoval', { url: string }>;
/** Locks a queued image for the task that registers data at a URL. */
export type RequestLocationImport = Command<
  'RequestLocationImport',
  {
    taskId: string;
    url: string;
    expected: Readonly<{ hashAlgorithm: string; hashValue: string }> | null;
    hashes: boolean;
  }
>;
/** The task has found the data. The image is active, or importing while what the client says of the data is verified. */
export type StartLocationImport = Command<
  'StartLocationImport',
  { taskId: string; location: ImageLocation; sizeBytes: number; hashAlgorithm: string }
>;
/** The task has read the data: this is what it is. */
export type CompleteLocationImport = Command<'CompleteLocationImport', { taskId: string; digest: ImageDigest }>;
/**
 * Ends a registration without success: an image that is not active has no data. It still names the location when
 * `keepsLocation` says that nobody can remove what is there. Without effect when the task does not hold the lock.
 */
export type FailLocationImport = Command<
  'FailLocationImport',
  { taskId: string; reason: string; keepsLocation: boolean }
>;
/** Withholds the data of an active image; repeating it is no change. */
export type DeactivateImage = Command<'DeactivateImage'>;
/** Makes the data of a deactivated image available again; repeating it is no change. */
export type ReactivateImage = Command<'ReactivateImage'>;
/**
 * Takes the image away from every client. With `scrubAfter` (ISO 8601) deletion is delayed: an image with data waits for the
 * scrubber until then. A deactivated one cannot wait; it is refused, or deleted at once with `evenDeactivated`.
 */
export type DeleteImage = Command<'DeleteImage', { scrubAfter: string | null; evenDeactivated?: boolean }>;
/** Takes back a scheduled deletion whose data has not been scrubbed. */
export type RestoreImage = Command<'RestoreImage'>;
/** Announces that the bytes of a deleted image are going to be removed; from now on it cannot be restored. */
export type StartScrubbing = Command<'StartScrubbing'>;
/** Reports that no store holds bytes of the deleted image any more. */
export type ScrubImage = Command<'ScrubImage'>;

/** What a project said to an offered image; `pending` is nothing yet. */
export type MemberStatus = 'pending' | 'accepted' | 'rejected';

/** What is known about data once it is durable. Hashes are lower-case hex; `checksum` is MD5. */
export type StoredImageData = Readonly<{
  location: ImageLocation;
  sizeBytes: number;
  virtualSizeBytes: number | null;
  checksum: string;
  hashAlgorithm: string;
  hashValue: string;
}>;

/** Everything that an image can be asked to do. `now` (ISO 8601 UTC) is the time of asking. */
export type ImageCommand =
  | CreateImage
  | ChangeImage
  | RevertImage
  | AddTag
  | RemoveTag
  | AddMember
  | SetMemberStatus
  | RemoveMember
  | StartUpload
  | StoreUploadedData
  | FailUpload
  | StartStaging
  | CompleteStaging
  | FailStaging
  | RequestImport
  | StartImport
  | DescribeImport
  | ImportToStore
  | FailImportToStore
  | RevertImportToStore
  | CompleteImport
  | FailImport
  | RemoveLocation
  | RemoveFromStore
  | CompleteLocationRemoval
  | UndoLocationRemoval
  | RequestLocationImport
  | StartLocationImport
  | CompleteLocationImport
  | FailLocationImport
  | DeactivateImage
  | ReactivateImage
  | DeleteImage
  | RestoreImage
  | StartScrubbing
  | ScrubImage;
