import type { ImageEvent } from '../../events/contracts/image-events.js';
import type { JsonObject } from '../../kernel/json.js';
import type { ImageDetails } from '../../projections/images/image-details.read-model.js';
import type { Moment } from '../consumers/stream-folds.js';
import { imagePayload, importLists, memberPayload } from './image-payload.js';
import { deletedAt, told, toldFailure } from './notification.js';
import type { Told } from './notification.js';

type DataOf = { [Event in ImageEvent as Event['type']]: Event['data'] };

/** What an event of an image means for those who know Glance. */
type Step =
  | 'create'
  | 'update'
  | 'prepare'
  | 'prepareStores'
  | 'upload'
  | 'uploadToStore'
  | 'uploadFailed'
  | 'activate'
  | 'delete'
  | 'memberCreate'
  | 'memberUpdate'
  | 'memberDelete';

/** In the order in which Glance tells them. What it does not tell of has none. */
const STEPS: { readonly [Type in keyof DataOf]: readonly Step[] } = {
  ImageCreated: ['create'],
  ImageDetailsChanged: ['update'],
  ImagePropertiesChanged: ['update'],
  ImageVisibilityChanged: ['update'],
  ImageProtectionChanged: ['update'],
  ImageHiddenChanged: ['update'],
  ImageOwnerChanged: ['update'],
  ImageTagAdded: ['update'],
  ImageTagRemoved: ['update'],
  ImageTagsReplaced: ['update'],
  ImageMemberAdded: ['memberCreate'],
  ImageMemberAccepted: ['memberUpdate'],
  ImageMemberRejected: ['memberUpdate'],
  ImageMembershipReset: ['memberUpdate'],
  ImageMemberRemoved: ['memberDelete'],

  ImageUploadStarted: ['update', 'prepare'],
  ImageDataStored: ['upload', 'activate', 'update'],
  ImageUploadFailed: ['uploadFailed', 'update'],
  ImageStagingStarted: ['update'],
  ImageDataStaged: ['update'],
  ImageStagingFailed: ['update'],

  ImageImportRequested: [],
  ImageImportStarted: ['update', 'prepareStores'],
  ImageImportedToStore: ['uploadToStore', 'update'],
  ImageImportToStoreFailed: ['uploadFailed', 'update'],
  ImageImportToStoreReverted: ['update'],
  ImageImportActivated: ['activate', 'update'],
  ImageImportCompleted: ['update'],
  ImageImportFailed: ['update'],

  ImageLocationAdded: ['update'],
  ImageLocationRemoved: ['update'],
  ImageLocationDataRemoved: [],
  ImageLocationDataKept: ['update'],
  ImageLocationMetadataChanged: ['update'],
  ImageLocationsRearranged: ['update'],
  ImageLocationImportRequested: [],
  ImageLocationVerificationStarted: ['update'],
  ImageLocationImportCompleted: ['update'],
  ImageLocationImportFailed: ['update'],

  ImageDeactivated: ['update'],
  ImageReactivated: ['update'],
  ImageDeleted: ['delete'],
  ImageDeletionScheduled: ['delete'],
  ImageScrubbingStarted: [],
  ImageRestored: [],
  ImageScrubbed: [],
};

/**
 * What Glance would have told when an event happened. Of all that one request changes it tells once, with the outcome.
 * @param namesStores stores have names for clients
 */
export function imageNotifications(
  event: ImageEvent,
  moment: Moment<ImageDetails>,
  namesStores: boolean,
): readonly Told[] {
  const image = moment.after ?? moment.before;
  if (image === null) return [];
  const steps = STEPS[event.type].filter((step) => step !== 'update' || !isUpdatedBy(moment.next));
  const { recordedAt } = moment.envelope.metadata;
  const teller = new ImageTeller(event, image, moment.before ?? image, moment.next, recordedAt, namesStores);
  return steps.flatMap((step) => teller[step]());
}

const isUpdatedBy = (next: Moment<unknown>['next']): boolean =>
  next !== null && (STEPS as Readonly<Record<string, readonly Step[]>>)[next.type]?.includes('update') === true;

/** Each step in the words of Glance. */
class ImageTeller implements Readonly<Record<Step, () => readonly Told[]>> {
  constructor(
    private readonly event: ImageEvent,
    /** After the event, or right before it is gone. */
    private readonly image: ImageDetails,
    private readonly before: ImageDetails,
    private readonly next: Moment<unknown>['next'],
    private readonly at: string,
    private readonly namesStores: boolean,
  ) {}

  create = () => [told('image.create', this.payload())];
  update = () => [told('image.update', this.payload())];
  activate = () => (this.before.status === 'active' ? [] : [told('image.activate', this.payload())]);
  upload = () => [this.uploaded(this.image)];

  /** The image is active then if that makes it so, and the store is still among those that wait for the data. */
  uploadToStore = () => {
    const { importingStores, failedStores } = this.before;
    const status = this.next?.type === 'ImageImportActivated' ? 'active' : this.image.status;
    return [this.uploaded({ ...this.image, status, importingStores, failedStores })];
  };

  prepare = () => (this.event.type === 'ImageUploadStarted' ? [this.preparing(this.event.data.store)] : []);

  /** The log has no event for each store's turn. */
  prepareStores = () =>
    this.event.type === 'ImageImportStarted' ? this.event.data.stores.map((store) => this.preparing(store)) : [];

  uploadFailed = () => {
    const { data } = this.event;
    const reason = 'reason' in data ? data.reason : '';
    const message = `Failed to upload image data for image ${this.image.id} due to internal error: ${reason}`;
    return [toldFailure('image.upload', message)];
  };

  delete = () => {
    const { data, type } = this.event;
    const status = type === 'ImageDeletionScheduled' ? 'pending_delete' : 'deleted';
    return 'deletedAt' in data
      ? [told('image.delete', { ...this.payload(), status, ...deletedAt(data.deletedAt) })]
      : [];
  };

  memberCreate = () => this.member('image.member.create', this.image);
  memberUpdate = () => this.member('image.member.update', this.image);
  memberDelete = () => this.member('image.member.delete', this.before, deletedAt(this.at));

  private payload(image = this.image): JsonObject {
    return imagePayload(image, this.namesStores);
  }

  private withLists(image: ImageDetails): JsonObject {
    return { ...this.payload(image), ...importLists(image, this.namesStores) };
  }

  private preparing(store: string): Told {
    const backend = this.namesStores ? { backend: store } : {};
    return told('image.prepare', { ...this.withLists(this.image), ...backend });
  }

  private uploaded(image: ImageDetails): Told {
    return told('image.upload', this.withLists(image));
  }

  private member(eventType: string, { id, members }: ImageDetails, deletion: JsonObject = {}): readonly Told[] {
    const { data } = this.event;
    const memberId = 'memberId' in data ? data.memberId : null;
    const member = members.find((each) => each.memberId === memberId);
    return member === undefined ? [] : [told(eventType, { ...memberPayload(id, member), ...deletion })];
  }
}
