import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import { ImagePolicy } from '../../../auth/image-policy.js';
import { PropertyProtections, UNPROTECTED } from '../../../auth/property-protections.js';
import type { RuleName } from '../../../auth/policy-rules.js';
import { IMAGE_READ_MODEL } from '../../../projections/images/image-details.read-model.js';
import type {
  ImageDetails,
  ImageListQuery,
  ImageReadModel,
} from '../../../projections/images/image-details.read-model.js';
import { imageNotFound } from '../domain/image-guards.js';
import { ImageMarkerForbidden, ImageMarkerUnknown } from '../domain/image.errors.js';
import { imageTarget } from './image-target.js';

/** What a client asks of a list; the marker is an image's id. */
type ListImages = Omit<ImageListQuery, 'viewer' | 'after'> & Readonly<{ markerId: string | null }>;

/** `full` says that there may be more: as many rows were read as were asked for. */
type ImagePage = Readonly<{ images: readonly ImageDetails[]; full: boolean }>;

/** Images as one caller may see them, with the custom properties that it may read. */
@Injectable()
export class ImageQueries {
  constructor(
    @Inject(IMAGE_READ_MODEL) private readonly readModel: ImageReadModel,
    private readonly policy: ImagePolicy,
    private readonly properties: PropertyProtections = UNPROTECTED,
  ) {}

  /**
   * @param rule what the caller is going to do with the image
   * @throws ImageNotFound, ActionForbidden
   */
  async find(imageId: string, caller: Caller, rule: RuleName = 'get_image'): Promise<ImageDetails> {
    const image = await this.readModel.find(imageId);
    if (image === null || image.status === 'pending_delete') throw imageNotFound(imageId);
    await this.require(rule, image, caller);
    return this.properties.readable(image, caller);
  }

  /** Whether there is such an image for the caller, whatever it may do with it. */
  isVisible(image: ImageDetails, caller: Caller): boolean {
    return this.policy.canSee(caller, imageTarget(image, caller));
  }

  /** @throws ImageNotFound, ActionForbidden */
  async require(rule: RuleName, image: ImageDetails, caller: Caller): Promise<void> {
    await this.policy.require(rule, caller, imageTarget(image, caller), () => imageNotFound(image.id));
  }

  /** @throws ActionForbidden, ImageMarkerUnknown, ImageMarkerForbidden */
  async list({ markerId, ...query }: ListImages, caller: Caller): Promise<ImagePage> {
    await this.policy.requireGeneral('get_images', caller);
    const after = markerId === null ? null : await this.marker(markerId, caller);
    if (query.limit === 0 || (await this.filtersUnread(query.filters, caller))) return { images: [], full: false };
    const { projectId, isAdmin } = caller;
    const rows = await this.readModel.list({ ...query, after, viewer: { projectId, isAdmin } });
    const images = await this.policy.allowed('get_image', caller, rows, (image) => imageTarget(image, caller));
    return { images: await this.properties.readableAll(images, caller), full: rows.length === query.limit };
  }

  /** Whether a filter is about a property that the caller may not read: what it has there must not be found out. */
  private async filtersUnread(filters: ListImages['filters'], caller: Caller): Promise<boolean> {
    for (const filter of filters)
      if (filter.kind === 'property' && !(await this.properties.allows('read', filter.name, caller))) return true;
    return false;
  }

  private async marker(markerId: string, caller: Caller): Promise<ImageDetails> {
    const image = await this.readModel.find(markerId);
    if (image === null || image.status === 'pending_delete') {
      throw new ImageMarkerUnknown(`The marker names no image: ${markerId}`, { markerId });
    }
    if (!this.isVisible(image, caller)) {
      throw new ImageMarkerForbidden('You may not use this image as a marker', { markerId });
    }
    return image;
  }
}
