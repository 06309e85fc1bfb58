import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import type { ImageEvent, ImportRequest } from '../../../events/contracts/image-events.js';
import type { TaskType } from '../../../events/contracts/task-events.js';
import type { CommandContext } from '../../../events/handle-command.js';
import { TaskCommandHandler } from '../../tasks/commands/task-command.handler.js';
import type { TaskInput } from '../../tasks/domain/task.commands.js';

type DataOf<Type extends ImageEvent['type']> = Extract<ImageEvent, { type: Type }>['data'];
type ImportRequested = DataOf<'ImageImportRequested'>;
type LocationImportRequested = DataOf<'ImageLocationImportRequested'>;

/** Creates the task of an import that an image has accepted. Whoever is not sure that it was done may do it again. */
@Injectable()
export class CreateImportTaskHandler {
  constructor(
    private readonly tasks: TaskCommandHandler,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'stores'>,
  ) {}

  /** @param context of the request that asked for the import: its project owns the task */
  createFor(imageId: string, context: CommandContext, { taskId, request }: ImportRequested): Promise<void> {
    return this.create('api_image_import', taskId, imageId, context, this.inputOf(imageId, request));
  }

  /** As `createFor`, of the registration of a location. */
  createForLocation(imageId: string, context: CommandContext, requested: LocationImportRequested): Promise<void> {
    return this.create('location_import', requested.taskId, imageId, context, locationInput(imageId, requested));
  }

  private async create(
    taskType: TaskType,
    taskId: string,
    imageId: string,
    context: CommandContext,
    input: TaskInput,
  ): Promise<void> {
    const { actor, requestId } = context;
    const asked = { taskType, taskId, imageId, input, requestId, owner: actor.projectId, userId: actor.userId };
    await this.tasks.handle({ type: 'CreateTask', ...asked }, context);
  }

  /** Depends on the event alone, so that it is the same whoever creates the task. */
  private inputOf(imageId: string, request: ImportRequest): TaskInput {
    const { multiple, defaultId } = this.config.stores;
    // Requests of before it was recorded how they named their stores
    const guessed = request.stores.join() === defaultId ? 'default' : 'list';
    const namedBy = multiple ? (request.storesNamedBy ?? guessed) : 'default';
    return {
      image_id: imageId,
      import_req: {
        method: methodOf(request),
        ...(namedBy === 'list' && { stores: request.stores }),
        ...(namedBy === 'all_stores' && { all_stores: true }),
        ...(!request.allStoresMustSucceed && { all_stores_must_succeed: false }),
      },
      backend: multiple ? request.stores : [null],
    };
  }
}

const locationInput = (imageId: string, { url, expected }: LocationImportRequested): TaskInput => ({
  image_id: imageId,
  loc_url: url,
  validation_data: expected === null ? {} : { os_hash_algo: expected.hashAlgorithm, os_hash_value: expected.hashValue },
});

const methodOf = ({ method, uri, checksum, remoteImage }: ImportRequest): TaskInput => ({
  name: method,
  ...(uri !== null && { uri }),
  ...(checksum !== null && { checksum }),
  ...(remoteImage !== null && {
    glance_region: remoteImage.region,
    glance_image_id: remoteImage.imageId,
    glance_service_interface: remoteImage.interface,
  }),
});
