import { randomUUIDv7 } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import { IMAGE_ACCESS } from '../../../auth/image-access.js';
import type { ImageAccess } from '../../../auth/image-access.js';
import type { TaskType } from '../../../events/contracts/task-events.js';
import { TASK_SECRETS } from '../../../kernel/task-secrets.js';
import type { TaskSecrets } from '../../../kernel/task-secrets.js';
import { withoutCredentials } from '../../../kernel/url-credentials.js';
import { isSigned } from '../../../key-manager/image-signature.js';
import { KEY_MANAGER } from '../../../key-manager/key-manager.js';
import type { KeyManager } from '../../../key-manager/key-manager.js';
import { ExportTargets } from '../../../outbound/export-targets.js';
import { UrlFilter } from '../../../outbound/url-filter.js';
import { findStore } from '../../../stores/configured-stores.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { isCustomName } from '../domain/inputs/image-keys.js';
import { parseCloneInput } from '../domain/inputs/clone-input.js';
import { parseExportInput } from '../domain/inputs/export-input.js';
import { importSource } from '../domain/inputs/import-input.js';
import type { TaskInput } from '../domain/task.commands.js';
import { TaskInputInvalid } from '../domain/task.errors.js';
import { TaskCommandHandler } from './task-command.handler.js';

/** Work that a client asks for, as it put it. */
type RequestedTask = Readonly<{ taskType: TaskType; input: TaskInput }>;

/**
 * `input` is what everybody may read; `secretUri` has the credentials that were left out of it. `needsToken`: something is
 * to be received in the name of the caller.
 */
type AdmittedTask = Readonly<{
  input: TaskInput;
  imageId: string | null;
  secretUri: string | null;
  needsToken: boolean;
}>;

/** What an image has of which nothing is said. */
const DEFAULT_VISIBILITY = 'shared';

/** Makes tasks out of what clients ask for. What can be known to be wrong is refused before there is a task. */
@Injectable()
export class RequestTaskHandler {
  constructor(
    private readonly tasks: TaskCommandHandler,
    @Inject(UrlFilter) private readonly urls: Pick<UrlFilter, 'check'>,
    @Inject(ExportTargets) private readonly targets: Pick<ExportTargets, 'check'>,
    @Inject(IMAGE_ACCESS) private readonly images: ImageAccess,
    @Inject(TASK_SECRETS) private readonly secrets: TaskSecrets,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(KEY_MANAGER) private readonly keys: Pick<KeyManager, 'needsToken'>,
  ) {}

  /**
   * @returns the id of the new task
   * @throws TaskInputInvalid, UrlForbidden, StoreUnknown, ImageNotFound, ActionForbidden
   */
  async request(
    { taskType, input }: RequestedTask,
    { caller, requestId, token }: Readonly<{ caller: Caller; requestId: string; token: string | null }>,
  ): Promise<string> {
    const taskId = randomUUIDv7();
    const { secretUri, needsToken, ...admitted } = await this.admit(taskType, input, caller);
    const secret = {
      ...(secretUri !== null && { uri: secretUri }),
      ...(needsToken && token !== null && { token }),
    };
    // First, for a worker may begin at any moment after the task is there.
    if (Object.keys(secret).length > 0) await this.secrets.put(taskId, secret);
    const { projectId: owner, userId } = caller;
    await this.tasks.handle(
      { type: 'CreateTask', taskId, taskType, owner, requestId, userId, ...admitted },
      { actor: caller, requestId },
    );
    return taskId;
  }

  private async admit(taskType: TaskType, input: TaskInput, caller: Caller): Promise<AdmittedTask> {
    switch (taskType) {
      case 'import':
        return this.admitImport(input, caller);
      case 'export':
        return this.admitExport(input, caller);
      case 'clone':
        return this.admitClone(input, caller);
      case 'api_image_import':
      case 'location_import': // these belong to an image; without one they fail when their turn comes
        return { input: withoutSecrets(input), imageId: null, secretUri: null, needsToken: false };
    }
  }

  private async admitImport(input: TaskInput, caller: Caller): Promise<AdmittedTask> {
    const source = importSource(input);
    await this.urls.check(source);
    const properties = input['image_properties'];
    await this.images.mustBeCreatable(visibilityIn(properties), customNamesIn(properties), caller);
    const { url, hadCredentials } = withoutCredentials(source);
    const needsToken =
      this.keys.needsToken && typeof properties === 'object' && properties !== null && isSigned(properties);
    const secretUri = hadCredentials ? source : null;
    return { input: { ...input, import_from: url }, imageId: null, secretUri, needsToken };
  }

  private async admitExport(input: TaskInput, caller: Caller): Promise<AdmittedTask> {
    const { imageId, destination } = parseExportInput(input);
    if (destination.kind === 'store') this.mustBeWritable(destination.store);
    else this.targets.check(destination.url);
    await this.images.mustBeDownloadable(imageId, caller);
    if (destination.kind === 'store') return { input, imageId, secretUri: null, needsToken: false };
    const { url, hadCredentials } = withoutCredentials(destination.url);
    const secretUri = hadCredentials ? destination.url : null;
    return { input: { ...input, destination: { url } }, imageId, secretUri, needsToken: false };
  }

  private async admitClone(input: TaskInput, caller: Caller): Promise<AdmittedTask> {
    const { imageId, store, visibility, properties } = parseCloneInput(input);
    if (store !== null) this.mustBeWritable(store);
    await this.images.mustBeDownloadable(imageId, caller);
    await this.images.mustBeCreatable(visibility ?? DEFAULT_VISIBILITY, Object.keys(properties), caller);
    // What the clone is said to be signed with may stand with the source, and change until the task's turn comes.
    return { input, imageId, secretUri: null, needsToken: this.keys.needsToken };
  }

  private mustBeWritable(storeId: string): void {
    const { readOnly } = findStore(this.stores, storeId);
    if (readOnly) throw new TaskInputInvalid(`Store ${storeId} cannot be written to`, { storeId });
  }
}

/** Nobody will use what is in it; all may read it. */
const withoutSecrets = (input: TaskInput): TaskInput =>
  JSON.parse(JSON.stringify(input), (_, value: unknown) =>
    typeof value === 'string' ? withoutCredentials(value).url : value,
  ) as TaskInput;

/** The worker judges the rest of the properties; this one needs the caller's rights. */
function visibilityIn(properties: unknown): string {
  const known = typeof properties === 'object' && properties !== null && 'visibility' in properties;
  return known && typeof properties.visibility === 'string' ? properties.visibility : DEFAULT_VISIBILITY;
}

const customNamesIn = (properties: unknown): readonly string[] =>
  typeof properties === 'object' && properties !== null ? Object.keys(properties).filter(isCustomName) : [];
