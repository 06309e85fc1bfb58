import { Inject, Injectable } from '@nestjs/common';
import { KEY_DELETION_POLICY } from '../../modules/images/commands/encryption-key.js';
import { PROPERTY_ACCESS } from '../../kernel/property-access.js';
import type { PropertyAccess } from '../../kernel/property-access.js';
import { ImageCommandHandler } from '../../modules/images/commands/image-command.handler.js';
import type { ImageDescription, StoredImageData } from '../../modules/images/domain/image.commands.js';
import { parseCloneInput } from '../../modules/tasks/domain/inputs/clone-input.js';
import type { CloneInput } from '../../modules/tasks/domain/inputs/clone-input.js';
import type { TaskInput } from '../../modules/tasks/domain/task.commands.js';
import { isSigned } from '../../key-manager/image-signature.js';
import { mebibytes, UnifiedLimits } from '../../limits/unified-limits.js';
import { findStore } from '../../stores/configured-stores.js';
import { IMAGE_STORES } from '../../stores/image-store.js';
import type { ConfiguredStore, ImageStores } from '../../stores/image-store.js';
import { StoreOperationUnsupported } from '../../stores/stores.errors.js';
import { ImageOfTask } from './image-of-task.js';
import type { DataOfTask } from './image-of-task.js';
import { ImportImage } from './import/import-image.js';
import { ImportToStores } from './import/import-to-stores.js';
import type { FillStore } from './import/import-to-stores.js';
import { SourceImages } from './source-image.js';
import type { SourceImage } from './source-image.js';
import type { TaskRun } from './task-run.js';
import type { TaskWork } from './task-work.js';

/**
 * Makes a new image with the data of another. Where the store can, both share the bytes; they go away with the last image
 * that has them. Elsewhere they are copied, and so is what has a signature: it is verified for the clone on the way.
 */
@Injectable()
export class CloneImageWork implements TaskWork {
  readonly taskType = 'clone';

  constructor(
    private readonly sources: SourceImages,
    private readonly imageOfTask: ImageOfTask,
    private readonly limits: UnifiedLimits,
    private readonly importing: ImportImage,
    private readonly storing: ImportToStores,
    private readonly images: ImageCommandHandler,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(PROPERTY_ACCESS) private readonly properties: PropertyAccess,
  ) {}

  async run(run: TaskRun): Promise<TaskInput> {
    const input = parseCloneInput(run.task.input);
    const find = (): Promise<SourceImage> => this.sources.find(input.imageId);
    const describe = async (): Promise<ImageDescription> => {
      const source = await find();
      await this.limits.mustAllow(run.task.owner, 'image_size_total', mebibytes(source.details.sizeBytes));
      const taken = await this.properties.takeable(source.details.properties, run.requester);
      return describeClone(input, source, taken, run.task.owner);
    };
    const imageId = await this.imageOfTask.create(run, describe);
    if (!this.importing.isStored(run))
      await this.imageOfTask.lock(run, imageId, async () => this.from(await find(), input));
    await this.importing.run(run, imageId, async (work) => {
      const source = await find();
      const { owner, properties } = await this.images.stateOf(imageId);
      const image = { ...source.details, owner, properties };
      const fill: FillStore = async (target, signal) =>
        (await this.share(run, imageId, { ...source, details: image }, target)) ??
        this.storing.receive({ ...work, signal }, image, source.data, target);
      return { formats: source.details, fill };
    });
    return { image_id: imageId };
  }

  async giveUp(run: TaskRun, reason: string): Promise<void> {
    const imageId = this.imageOfTask.idOf(run);
    if (imageId === null) return;
    await this.importing.giveUp(run, imageId, reason);
    await this.imageOfTask.remove(run, imageId);
  }

  private from({ details }: SourceImage, input: CloneInput): DataOfTask {
    const holding = details.locations.find(({ store }) => this.stores.get(store)?.readOnly === false);
    const store = findStore(this.stores, input.store ?? holding?.store ?? null);
    return { method: 'clone', uri: null, stores: [store.id] };
  }

  /** @returns null when the bytes have to be copied */
  private async share(
    run: TaskRun,
    imageId: string,
    { details }: SourceImage,
    { id, driver }: ConfiguredStore,
  ): Promise<StoredImageData | null> {
    const { locations, virtualSizeBytes, checksum, hashAlgorithm, hashValue, properties } = details;
    if (isSigned(properties)) return null; // whoever signs data wants it read
    const location = locations.find(({ store }) => store === id);
    const isHashed = checksum !== null && hashAlgorithm !== null && hashValue !== null;
    if (location === undefined || !isHashed || !driver.capabilities.has('share')) return null;
    try {
      await run.keepClaim();
      const { url, sizeBytes, metadata } = await driver.share(location.url, imageId, run.taskId);
      return {
        location: { store: id, url, metadata },
        sizeBytes,
        virtualSizeBytes,
        checksum,
        hashAlgorithm,
        hashValue,
      };
    } catch (error) {
      if (error instanceof StoreOperationUnsupported) return null;
      throw error;
    }
  }
}

function describeClone(
  input: CloneInput,
  { details }: SourceImage,
  taken: ImageDescription['properties'],
  owner: string | null,
): ImageDescription {
  return {
    owner,
    name: input.name === undefined ? details.name : input.name,
    visibility: input.visibility ?? 'shared',
    protected: false,
    hidden: false,
    diskFormat: details.diskFormat,
    containerFormat: details.containerFormat,
    minDiskGb: details.minDiskGb,
    minRamMb: details.minRamMb,
    properties: { ...withoutKeyDeletion(taken), ...input.properties },
    tags: details.tags,
  };
}

/** The key is the image's: it must not go with one of its clones. */
function withoutKeyDeletion(taken: ImageDescription['properties']): ImageDescription['properties'] {
  return Object.fromEntries(Object.entries(taken).filter(([name]) => name !== KEY_DELETION_POLICY));
}
