import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { storeHolding } from '../../../stores/configured-stores.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { mustTakeData } from '../domain/image-location-changes.js';
import { mustBeReducible } from '../domain/image-locations.js';
import type { ImageState } from '../domain/image-state.js';
import type { ImageChange, LocationChange, StoreWeights } from '../domain/image.commands.js';
import { ClientCommandHandler, contextOf } from './client-command.handler.js';
import type { ClientRequest } from './client-command.handler.js';
import { ImageAuthorization } from './image-authorization.js';
import { ImageCommandHandler } from './image-command.handler.js';
import { KnownDataFinder } from './known-data.finder.js';
import type { DescribedLocation } from './known-data.finder.js';
import { LocationDataRemover } from './location-data.remover.js';
import { StorageQuota } from './storage-quota.js';

/** A step on the locations, as a client puts it. Positions count as they are shown; null is the end. */
export type DescribedLocationChange =
  | Readonly<{ kind: 'add_location'; position: number | null; location: DescribedLocation }>
  | Readonly<{ kind: 'replace_locations'; locations: readonly DescribedLocation[] }>
  | Readonly<{ kind: 'remove_location'; position: number | null }>;

/** What a client wants to be different, all of it or nothing. */
export type DescribedChange = Readonly<{
  imageId: string;
  changes: readonly ImageChange[];
  locations: readonly DescribedLocationChange[];
}>;

/** Changes an image as a client asks; data that it names is looked at before, data that it gives up is removed behind. */
@Injectable()
export class ChangeImageHandler {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly clients: ClientCommandHandler,
    private readonly authorization: ImageAuthorization,
    private readonly data: KnownDataFinder,
    private readonly remover: LocationDataRemover,
    private readonly quota: StorageQuota,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'quotas'>,
  ) {}

  /**
   * @throws the refusals of ChangeImage and its authorisation, those of KnownDataFinder, ImageQuotaExceeded when the owner's
   *   storage is used up, StoredDataInUse
   */
  async change({ imageId, changes, locations }: DescribedChange, client: ClientRequest): Promise<void> {
    const command = { type: 'ChangeImage', imageId, changes, quotas: this.config.quotas } as const;
    if (locations.length === 0) {
      await this.clients.handle(command, client);
      return;
    }
    const image = await this.images.stateOf(imageId);
    const wish = { changes: locations.map(unexamined), weights: {}, keptStores: [] };
    await this.authorization.authorize(client.caller, { ...command, locations: wish }, image);
    mustBePossible(imageId, locations, image);
    if (locations.some(({ kind }) => kind === 'remove_location')) await this.remover.mustBeUnused(image.locations);
    const examined = await this.examined(locations, image);
    await this.clients.handle({ ...command, locations: examined }, client);
    await this.remover.remove(imageId, contextOf(client));
  }

  private async examined(
    changes: readonly DescribedLocationChange[],
    image: ImageState,
  ): Promise<Readonly<{ changes: readonly LocationChange[]; weights: StoreWeights; keptStores: readonly string[] }>> {
    const found: LocationChange[] = [];
    for (const change of changes) found.push(await this.examine(change, image));
    await this.mustFitStorage(image.owner, found);
    return { changes: found, weights: this.weightsFor(image), keptStores: this.remover.storesThatKeep(image) };
  }

  private async examine(change: DescribedLocationChange, image: ImageState): Promise<LocationChange> {
    switch (change.kind) {
      case 'add_location':
        return { kind: change.kind, position: change.position, data: await this.data.find(change.location) };
      case 'remove_location':
        return change;
      case 'replace_locations': {
        const { kind, locations } = change;
        if (image.locations.length > 0) return { kind, locations: locations.map((each) => this.data.known(each)) };
        return { kind, locations: await Promise.all(locations.map((each) => this.data.find(each))) };
      }
    }
  }

  /** Each location counts in full, as if it were a copy. */
  private async mustFitStorage(owner: string | null, changes: readonly LocationChange[]): Promise<void> {
    const addedBytes = changes.flatMap(dataOf).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (addedBytes > 0) await this.quota.mustAllow(owner, addedBytes);
  }

  private weightsFor({ locations }: ImageState): StoreWeights {
    const configured = [...this.stores.values()].map(({ id, weight }) => [id, weight] as const);
    const elsewhere = locations.map((each) => [each.store, storeHolding(this.stores, each)?.weight ?? 0] as const);
    return Object.fromEntries([...elsewhere, ...configured]);
  }
}

const dataOf = (change: LocationChange) => {
  if (change.kind === 'remove_location') return [];
  return change.kind === 'add_location' ? [change.data] : change.locations;
};

/** Enough to ask whether the caller may. */
const unexamined = ({ kind }: DescribedLocationChange): LocationChange =>
  kind === 'remove_location' ? { kind, position: null } : { kind: 'replace_locations', locations: [] };

/** Nobody's data is looked at for what is refused anyway. */
function mustBePossible(imageId: string, [first]: readonly DescribedLocationChange[], image: ImageState): void {
  if (first?.kind === 'remove_location') mustBeReducible({ imageId }, image);
  else mustTakeData({ imageId }, image);
}
