import { randomUUIDv7 } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import type { ImportRequest } from '../../../events/contracts/image-events.js';
import { SignatureChecks } from '../../../key-manager/signature-checks.js';
import { TASK_SECRETS } from '../../../kernel/task-secrets.js';
import type { TaskSecrets } from '../../../kernel/task-secrets.js';
import { withoutCredentials } from '../../../kernel/url-credentials.js';
import { UrlForbidden } from '../../../outbound/outbound.errors.js';
import { UrlFilter } from '../../../outbound/url-filter.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { ClientCommandHandler, contextOf } from '../../images/commands/client-command.handler.js';
import type { ClientRequest } from '../../images/commands/client-command.handler.js';
import { ImageAuthorization } from '../../images/commands/image-authorization.js';
import { ImageCommandHandler } from '../../images/commands/image-command.handler.js';
import { ImageImportConflict, ImageImportRefused } from '../../images/domain/image.errors.js';
import { mustBeImportable } from '../../images/domain/image-import-requests.js';
import type { ImageState } from '../../images/domain/image-state.js';
import type { AskedImport } from './asked-import.js';
import { CreateImportTaskHandler } from './create-import-task.handler.js';
import { ImportLocks } from './import-locks.js';
import { publicUriOf, remoteImageOf, secretOf } from './import-source.js';
import { targetStores } from './target-stores.js';

/** `token` is the caller's own, with which the task may ask another service on the caller's behalf. */
type ImportingClient = ClientRequest & Readonly<{ token: string | null }>;

/**
 * Accepts an import: locks the image for a task, and creates the task. If this process dies in between, a reaction to the
 * lock creates it.
 */
@Injectable()
export class ImportImageHandler {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly clients: ClientCommandHandler,
    private readonly authorization: ImageAuthorization,
    private readonly locks: ImportLocks,
    private readonly tasks: CreateImportTaskHandler,
    private readonly signatures: SignatureChecks,
    @Inject(UrlFilter) private readonly urls: Pick<UrlFilter, 'check'>,
    @Inject(TASK_SECRETS) private readonly secrets: TaskSecrets,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'stores'>,
  ) {}

  /**
   * Returns when the image is locked and its task can be seen, or when there is nothing to copy. Clients know the order in
   * which refusals come.
   * @throws ImageNotFound, ImageStatusConflict, ActionForbidden, ImageImportConflict, ImageImportRefused
   */
  async request(asked: AskedImport, client: ImportingClient): Promise<void> {
    const image = await this.images.stateOf(asked.imageId);
    const preempts = image.import?.taskId ?? null;
    const request = await this.accept(asked, client, image, preempts);
    if (request.stores.length === 0) return;
    const { imageId } = asked;
    const taskId = randomUUIDv7();
    const secret = secretOf(asked, client.token, this.signatures.needToken(image.properties));
    if (secret !== null) await this.secrets.put(taskId, secret);
    await this.clients.handle({ type: 'RequestImport', imageId, taskId, request, preempts }, client);
    if (preempts !== null) await this.locks.expire(preempts);
    await this.tasks.createFor(imageId, contextOf(client), { taskId, request });
  }

  /** What is asked for, in the form that the log gets; all that can be refused beforehand has been. */
  private async accept(
    asked: AskedImport,
    { caller }: ImportingClient,
    image: ImageState,
    lockedBy: string | null,
  ): Promise<ImportRequest> {
    const { imageId, method, checksum, allStoresMustSucceed } = asked;
    const wish = { method, stores: [], allStoresMustSucceed, uri: null, checksum, remoteImage: null };
    mustBeImportable({ imageId, request: wish }, image);
    const remoteImage = remoteImageOf(asked);
    const command = { type: 'RequestImport', imageId, taskId: '', request: wish, preempts: lockedBy } as const;
    await this.authorization.authorize(caller, command, image);
    if (lockedBy !== null && !(await this.locks.isStale(lockedBy)))
      throw new ImageImportConflict(`Image ${imageId} has active task`, { imageId });
    const stores = targetStores(asked, image, this.stores, this.config.stores.multiple);
    if (!this.config.stores.multiple && !allStoresMustSucceed)
      throw new ImageImportRefused("'all_stores_must_succeed' can only be set to False with several stores.");
    const uri = await publicUriOf(asked, (text) => this.mustPass(text));
    return { ...wish, stores: [...stores], storesNamedBy: namingOf(asked), uri, remoteImage };
  }

  private async mustPass(uri: string): Promise<void> {
    try {
      await this.urls.check(uri);
    } catch (error) {
      if (!(error instanceof UrlForbidden)) throw error;
      const text = `URI for web-download does not pass filtering: ${withoutCredentials(uri).url}`;
      throw new ImageImportRefused(text, {}, { cause: error });
    }
  }
}

/** How the client said which stores it means; what it says where there is one store has no meaning. */
function namingOf({ stores, storeHeader, allStores }: AskedImport): NonNullable<ImportRequest['storesNamedBy']> {
  if (allStores) return 'all_stores';
  if (storeHeader !== null) return 'header';
  return stores.length > 0 ? 'list' : 'default';
}
