import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { KEY_MANAGER } from '../../../key-manager/key-manager.js';
import type { KeyManager } from '../../../key-manager/key-manager.js';
import { CLOCK } from '../../../kernel/clock.js';
import type { Clock } from '../../../kernel/clock.js';
import { TASK_SECRETS } from '../../../kernel/task-secrets.js';
import type { TaskSecrets } from '../../../kernel/task-secrets.js';
import type { Untimed } from '../../../kernel/untimed.js';
import type { DeleteImage } from '../domain/image.commands.js';
import { ClientCommandHandler } from './client-command.handler.js';
import type { ClientRequest } from './client-command.handler.js';
import { keyDeletion, keyToDelete } from './encryption-key.js';
import { ImageAuthorization } from './image-authorization.js';
import { ImageCommandHandler } from './image-command.handler.js';
import { LocationDataRemover } from './location-data.remover.js';

/** Takes an image away from every client; what belongs to it goes later. */
@Injectable()
export class DeleteImageHandler {
  constructor(
    private readonly clients: ClientCommandHandler,
    private readonly images: ImageCommandHandler,
    private readonly authorization: ImageAuthorization,
    private readonly remover: LocationDataRemover,
    @Inject(KEY_MANAGER) private readonly keys: KeyManager,
    @Inject(TASK_SECRETS) private readonly secrets: TaskSecrets,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'deletion'>,
  ) {}

  /**
   * @param token of the caller, in whose name the key of an encrypted image is deleted
   * @throws the refusals of ClientCommandHandler, StoredDataInUse
   */
  async delete(imageId: string, request: ClientRequest, token: string | null): Promise<void> {
    const { delayed, scrubTimeS } = this.config.deletion;
    const now = this.clock.now();
    const scrubAfter = delayed ? new Date(now.getTime() + scrubTimeS * 1000).toISOString() : null;
    const evenDeactivated = !request.caller.isAdmin; // who cannot reactivate it must still get rid of it
    const command = { type: 'DeleteImage', imageId, scrubAfter, evenDeactivated } as const;
    if (this.remover.mayBeInUse) await this.mustBeUnused(command, request);
    const kept = token !== null && (await this.keepToken(imageId, token));
    try {
      await this.clients.handle(command, request);
    } catch (error) {
      if (kept) await this.secrets.remove(keyDeletion(imageId));
      throw error;
    }
  }

  /** Who may not delete the image learns nothing about its data. */
  private async mustBeUnused(command: Untimed<DeleteImage>, { caller }: ClientRequest): Promise<void> {
    const image = await this.images.stateOf(command.imageId);
    await this.authorization.authorize(caller, command, image);
    if (!image.protected) await this.remover.mustBeUnused(image.locations);
  }

  /** Before the image is deleted: its key may be deleted at once. */
  private async keepToken(imageId: string, token: string): Promise<boolean> {
    if (!this.keys.deletesSecrets || keyToDelete(await this.images.stateOf(imageId)) === null) return false;
    await this.secrets.put(keyDeletion(imageId), { token });
    return true;
  }
}
