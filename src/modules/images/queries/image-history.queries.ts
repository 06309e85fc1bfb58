import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import { ImagePolicy } from '../../../auth/image-policy.js';
import type { Answer } from '../../../auth/policy.js';
import { PropertyProtections, UNPROTECTED } from '../../../auth/property-protections.js';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import type { ImageDifference } from '../../../projections/history/image-differences.js';
import { ImageHistory } from '../../../projections/history/image-history.js';
import type { ImageMoment } from '../../../projections/history/image-history.js';
import { PageHistories } from '../../../projections/history/page-histories.js';
import type { ImageDetails } from '../../../projections/images/image-details.read-model.js';
import { imageNotFound } from '../domain/image-guards.js';
import { imageTarget } from './image-target.js';

/** A revision, or the time (milliseconds since 1970) after whose last event the image is looked at. */
export type ImageInstant = Readonly<{ revision: number }> | Readonly<{ until: number }>;

/** An event as one caller is told of it; `changes` without what it may not see. */
export type ToldEvent = Readonly<{
  imageId: string;
  envelope: ImageMoment['envelope'];
  /** For administrators: it may name what lies behind the API. */
  reason: string | null;
  changes: readonly ImageDifference[];
  /** False: URLs of locations are none of the caller's business, the stores alone are told. */
  showsLocations: boolean;
}>;

/** What happened to images, as far as it is the caller's to know. */
@Injectable()
export class ImageHistoryQueries {
  constructor(
    private readonly history: ImageHistory,
    private readonly policy: ImagePolicy,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'api'>,
    private readonly properties: PropertyProtections = UNPROTECTED,
  ) {}

  /**
   * All that happened to an image, from its first event on, also after it was deleted.
   * @throws ImageNotFound, ActionForbidden
   */
  async events(imageId: string, caller: Caller): Promise<readonly ToldEvent[]> {
    const moments = await this.momentsFor(imageId, caller);
    return this.tell(imageId, moments, moments, caller);
  }

  /**
   * The image as it was; null when there was none then, or when there is no such revision.
   * @throws ImageNotFound, ActionForbidden
   */
  async at(imageId: string, instant: ImageInstant, caller: Caller): Promise<ImageDetails | null> {
    const moments = await this.momentsFor(imageId, caller);
    const image = momentAt(moments, instant)?.after ?? null;
    if (image === null) return null;
    const shown = withholdsLocations(moments, caller) ? { ...image, locations: [] } : image;
    return this.properties.readable(shown, caller);
  }

  /** Of events of one or several images those that the caller may know of, in their order. */
  async tellOf(
    events: readonly Readonly<{ imageId: string; revision: number }>[],
    caller: Caller,
  ): Promise<readonly ToldEvent[]> {
    const histories = new PageHistories(this.history);
    const told: ToldEvent[] = [];
    for (const { imageId, revision } of events) {
      const moments = await histories.of(imageId);
      const moment = moments[revision];
      const image = moment?.after ?? moment?.before ?? lastKnown(moments);
      if (moment === undefined || image === null) continue;
      if (!(await this.policy.allows('get_events', caller, imageTarget(image, caller)))) continue;
      told.push(...(await this.tell(imageId, [moment], moments, caller)));
    }
    return told;
  }

  /** Who is deleted is no secret to whoever could see it; to others it never was there. */
  private async momentsFor(imageId: string, caller: Caller): Promise<readonly ImageMoment[]> {
    const moments = await this.history.read(imageId);
    const image = lastKnown(moments);
    if (image === null) throw imageNotFound(imageId);
    const target = imageTarget(image, caller);
    if (isThere(moments.at(-1)?.after ?? null)) {
      await this.policy.require('get_events', caller, target, () => imageNotFound(imageId));
    } else if (!(await this.policy.allows('get_events', caller, target))) {
      throw imageNotFound(imageId);
    }
    return moments;
  }

  private async tell(
    imageId: string,
    events: readonly ImageMoment[],
    moments: readonly ImageMoment[],
    caller: Caller,
  ): Promise<readonly ToldEvent[]> {
    const showsLocations = this.config.api.showMultipleLocations && !withholdsLocations(moments, caller);
    const told: ToldEvent[] = [];
    for (const { envelope, reason, before, after, changes } of events) {
      const owners = [lastKnown(moments), after ?? before].map((image) => image?.owner ?? null);
      const seesMembers = caller.isAdmin || (caller.projectId !== null && owners.includes(caller.projectId));
      const visible: ImageDifference[] = [];
      for (const change of changes) if (await this.isVisible(change, caller, seesMembers)) visible.push(change);
      told.push({ imageId, envelope, reason: caller.isAdmin ? reason : null, changes: visible, showsLocations });
    }
    return told;
  }

  private isVisible({ kind, field }: ImageDifference, caller: Caller, seesMembers: boolean): Answer {
    if (kind === 'property') return this.properties.allows('read', field, caller);
    return kind !== 'member' || seesMembers || field === caller.projectId;
  }
}

/** As the image's document does now: what it once showed may have been withdrawn. */
const withholdsLocations = (moments: readonly ImageMoment[], caller: Caller): boolean =>
  lastKnown(moments)?.status === 'deactivated' && !caller.isAdmin;

const isThere = (image: ImageDetails | null): boolean => image !== null && image.status !== 'pending_delete';

/** How the image is, or was before it was deleted. */
function lastKnown(moments: readonly ImageMoment[]): ImageDetails | null {
  const last = moments.findLast(({ before, after }) => after !== null || before !== null);
  return last?.after ?? last?.before ?? null;
}

/** Clocks of several machines differ a little: the order of events is what counts, not their times. */
function momentAt(moments: readonly ImageMoment[], instant: ImageInstant): ImageMoment | undefined {
  if ('revision' in instant) return moments[instant.revision];
  return moments.findLast(({ envelope }) => Date.parse(envelope.metadata.recordedAt) <= instant.until);
}
