import { Inject, Injectable } from '@nestjs/common';
import { storeHolding } from '../../../stores/configured-stores.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { ClientCommandHandler, contextOf } from './client-command.handler.js';
import type { ClientRequest } from './client-command.handler.js';
import { ImageAuthorization } from './image-authorization.js';
import { ImageCommandHandler } from './image-command.handler.js';
import { LocationDataRemover } from './location-data.remover.js';

/** Takes the data of an image out of one store. */
@Injectable()
export class RemoveFromStoreHandler {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly clients: ClientCommandHandler,
    private readonly authorization: ImageAuthorization,
    private readonly remover: LocationDataRemover,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
  ) {}

  /**
   * Returns when the bytes are gone, or somebody else is removing them.
   * @throws ImageNotFound, ActionForbidden, ImageStatusConflict, ImageLastLocation, ImageNotInStore, StoredDataInUse
   */
  async remove(imageId: string, storeId: string, client: ClientRequest): Promise<void> {
    const image = await this.images.stateOf(imageId);
    const location = image.locations.find((each) => storeHolding(this.stores, each)?.id === storeId);
    const removesData = this.stores.get(storeId)?.driver.capabilities.has('refer') !== true;
    const store = location?.store ?? storeId; // as it is recorded
    const command = { type: 'RemoveFromStore', imageId, store, removesData } as const;
    await this.authorization.authorize(client.caller, command, image);
    if (location !== undefined) await this.remover.mustBeUnused([location]);
    await this.clients.handle(command, client);
    await this.remover.remove(imageId, contextOf(client));
  }
}
