import { randomUUIDv7 } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ActionForbidden } from '../../../auth/auth.errors.js';
import type { Caller } from '../../../auth/caller.js';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { withoutCredentials } from '../../../kernel/url-credentials.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { ClientCommandHandler, contextOf } from '../../images/commands/client-command.handler.js';
import type { ClientRequest } from '../../images/commands/client-command.handler.js';
import { isHashValue } from '../../images/commands/hash-value.js';
import { ImageAuthorization } from '../../images/commands/image-authorization.js';
import { ImageCommandHandler } from '../../images/commands/image-command.handler.js';
import { ImageLocationInvalid } from '../../images/domain/image.errors.js';
import { CreateImportTaskHandler } from './create-import-task.handler.js';

/** A location that a client wants to be the data of an image; `expected` is what it says of the data. */
export type AskedLocation = Readonly<{
  imageId: string;
  url: string;
  expected: Readonly<{ hashAlgorithm: string; hashValue: string }> | null;
}>;

/**
 * Accepts the registration of a location: locks the image for a task, and creates the task. If this process dies in
 * between, a reaction to the lock creates it.
 */
@Injectable()
export class AddLocationHandler {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly clients: ClientCommandHandler,
    private readonly authorization: ImageAuthorization,
    private readonly tasks: CreateImportTaskHandler,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'secureHash'>,
  ) {}

  /**
   * Returns when the image is locked and its task can be seen. Whether there is data at the URL, the task finds out.
   * Clients know the order in which refusals come.
   * @throws ImageNotFound, ImageStatusConflict, ActionForbidden, ImageLocationInvalid, ImageImportConflict
   */
  async request({ imageId, url, expected }: AskedLocation, client: ClientRequest): Promise<void> {
    const taskId = randomUUIDv7();
    const hashes = this.config.secureHash.enabled;
    const command = { type: 'RequestLocationImport', imageId, taskId, url, expected, hashes } as const;
    await this.authorization.authorize(client.caller, command, await this.images.stateOf(imageId));
    if (!isService(client.caller)) this.mustBeWebLocation(url);
    mustBePlausible({ imageId, url, expected });
    await this.clients.handle(command, client);
    await this.tasks.createForLocation(imageId, contextOf(client), { taskId, url, expected, hashes });
  }

  /** What is in other stores, only services know. */
  private mustBeWebLocation(url: string): void {
    const web = [...this.stores.values()].some(({ type }) => type === 'http');
    if (web && /^https?:\/\//i.test(url)) return;
    throw new ActionForbidden('Only http and https locations can be added, where there is a store for them.');
  }
}

/** An administrator is no service. */
const isService = ({ roles, serviceRoles }: Caller): boolean =>
  roles.includes('service') || serviceRoles.includes('service');

function mustBePlausible({ imageId, url, expected }: AskedLocation): void {
  if (withoutCredentials(url).hadCredentials)
    throw new ImageLocationInvalid('The URL of a location must not contain credentials.', { imageId });
  if (expected !== null && !isHashValue(expected.hashAlgorithm, expected.hashValue))
    throw new ImageLocationInvalid(`No ${expected.hashAlgorithm} hash looks like that.`, { imageId });
}
