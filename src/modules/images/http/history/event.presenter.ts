import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../../config/app-config.js';
import type { AppConfig } from '../../../../config/app-config.js';
import type { ImageLocation } from '../../../../events/contracts/image-events.js';
import type { Json, JsonObject } from '../../../../kernel/json.js';
import { IMAGE_STORES } from '../../../../stores/image-store.js';
import type { ImageStores } from '../../../../stores/image-store.js';
import type { ToldEvent } from '../../queries/image-history.queries.js';
import { LocationPresenter } from '../location.presenter.js';

type Change = ToldEvent['changes'][number];

/** What is shown under another name in an image's document. */
const NAMES: Readonly<Record<string, string>> = {
  import_task: 'os_glance_import_task',
  importing_to_stores: 'os_glance_importing_to_stores',
  failed_import: 'os_glance_failed_import',
};

/** The claim of an upload is nothing that clients know. */
const INTERNAL = new Set(['upload']);

/** An event as clients get it. */
export type PresentedEvent = JsonObject & Readonly<{ position: string }>;

/** Gives events the form of the API. */
@Injectable()
export class EventPresenter {
  private readonly locations: LocationPresenter;
  private readonly namesStores: boolean;

  constructor(@Inject(IMAGE_STORES) stores: ImageStores, @Inject(APP_CONFIG) config: Pick<AppConfig, 'stores'>) {
    this.namesStores = config.stores.multiple;
    this.locations = new LocationPresenter(stores, this.namesStores);
  }

  present({ imageId, envelope, reason, changes, showsLocations }: ToldEvent): PresentedEvent {
    return {
      image_id: imageId,
      ...presentEnvelope(envelope),
      ...(reason !== null && { reason }),
      changes: changes.flatMap((change) => this.presentChange(change, showsLocations)),
    };
  }

  private presentChange(change: Change, showsLocations: boolean): readonly JsonObject[] {
    switch (change.kind) {
      case 'field':
        return presentField(change);
      case 'property':
        return [{ field: change.field, ...valuesOf(change) }];
      case 'member':
        return [{ field: 'members', member_id: change.field, ...valuesOf(change) }];
      case 'location':
        return showsLocations ? [this.presentLocation(change)] : this.presentStore(change);
    }
  }

  private presentLocation({ field, from, to }: Change): JsonObject {
    const present = (value: unknown): Json => {
      if (value === null) return null;
      const [location] = this.locations.present([{ ...(value as Omit<ImageLocation, 'url'>), url: field }]);
      return location ?? null;
    };
    return { field: 'locations', from: present(from), to: present(to) };
  }

  /** Where data is, for those who must not know where exactly. */
  private presentStore({ field, from, to }: Change): readonly JsonObject[] {
    const storeOf = (value: unknown): string | null => {
      if (value === null) return null;
      return this.locations.storesOf([{ ...(value as Omit<ImageLocation, 'url'>), url: field }]).join();
    };
    const [left, joined] = [storeOf(from), storeOf(to)];
    return this.namesStores && left !== joined ? [{ field: 'stores', from: left, to: joined }] : [];
  }
}

/** What there is to say of every event. Positions are text: they may have more digits than a client's numbers are exact to. */
export function presentEnvelope({ type, revision, position, metadata }: ToldEvent['envelope']): PresentedEvent {
  const { recordedAt, actor, requestId, correlationId } = metadata;
  return {
    type,
    revision,
    position: String(position),
    time: recordedAt,
    actor: { user_id: actor.userId, project_id: actor.projectId, roles: actor.roles },
    request_id: requestId,
    correlation_id: correlationId,
  };
}

function presentField(change: Change): readonly JsonObject[] {
  if (INTERNAL.has(change.field)) return [];
  const field = NAMES[change.field];
  if (field === undefined) return [{ field: change.field, ...valuesOf(change) }];
  const { from, to } = valuesOf(change);
  return [{ field, from: listed(from), to: listed(to) }];
}

/** Differences are made of what stands in the documents of read models, which is JSON. */
const valuesOf = ({ from, to }: Change) => ({ from: from as Json, to: to as Json });

/** As in an image's document. */
const listed = (value: Json): Json => (Array.isArray(value) ? value.join(',') : value);
