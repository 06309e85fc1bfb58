import { Inject, Injectable } from '@nestjs/common';
import type { RecordedEvent } from '../events/event-store.js';
import { KEY_MANAGER } from '../key-manager/key-manager.js';
import type { KeyManager } from '../key-manager/key-manager.js';
import { SecretNotFound } from '../key-manager/key-manager.errors.js';
import { TASK_SECRETS } from '../kernel/task-secrets.js';
import type { TaskSecrets } from '../kernel/task-secrets.js';
import { keyDeletion, keyToDelete } from '../modules/images/commands/encryption-key.js';
import { ImageCommandHandler } from '../modules/images/commands/image-command.handler.js';
import type { Reaction } from './reactor.js';
import { WORKER_LOG } from './worker-log.js';
import type { WorkerLog } from './worker-log.js';

/**
 * Deletes the key of an encrypted image with the image, if its owner wanted so. One whose deletion is delayed keeps it until
 * it is scrubbed, for it may be restored. What the key manager refuses is logged, and stays.
 */
@Injectable()
export class DeleteEncryptionKeys implements Reaction {
  readonly name = 'delete-encryption-keys';
  readonly reactsTo = new Set(['ImageDeleted', 'ImageScrubbed']);

  constructor(
    private readonly images: ImageCommandHandler,
    @Inject(KEY_MANAGER) private readonly keys: KeyManager,
    @Inject(TASK_SECRETS) private readonly secrets: TaskSecrets,
    @Inject(WORKER_LOG) private readonly log: WorkerLog,
  ) {}

  /** @throws KeyManagerUnavailable, IdentityUnavailable, to be tried again */
  async react({ stream }: RecordedEvent): Promise<void> {
    if (!this.keys.deletesSecrets) return;
    const imageId = stream.replace(/^image-/, '');
    const keyId = keyToDelete(await this.images.stateOf(imageId));
    if (keyId === null) return;
    const token = (await this.secrets.find(keyDeletion(imageId)))?.token ?? null;
    try {
      await this.keys.deleteSecret(keyId, token);
    } catch (error) {
      if (!(error instanceof SecretNotFound)) throw error;
      if (error.details['status'] !== undefined) this.log.keyNotDeleted(imageId, error);
    }
    await this.secrets.remove(keyDeletion(imageId));
  }
}
