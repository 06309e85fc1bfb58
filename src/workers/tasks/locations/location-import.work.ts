import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { ImageCommandHandler } from '../../../modules/images/commands/image-command.handler.js';
import { isDeleted, lockHolder } from '../../../modules/images/domain/image-guards.js';
import { unneededLocation } from '../../../modules/images/domain/image-location-imports.js';
import type { ImageState, LocationImportState } from '../../../modules/images/domain/image-state.js';
import type { TaskInput } from '../../../modules/tasks/domain/task.commands.js';
import { TaskInputInvalid } from '../../../modules/tasks/domain/task.errors.js';
import { storeOwning } from '../../../stores/configured-stores.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { failureMessage, isOutage, mayHeal } from '../failure.js';
import { unwantedBecause, whileWanted } from '../image-watch.js';
import type { TaskRun } from '../task-run.js';
import type { TaskWork } from '../task-work.js';
import { UnfinishedBytes } from '../unfinished-bytes.js';
import { FoundData } from './found-data.js';
import { LocationHashes } from './location-hashes.js';

/** The step after which it is known where the data is. */
const FOUND = 'find';
/** The step after which it is known what the data is. */
const HASHED = 'hash';

/** What failed may heal, but has been tried often enough. */
export class LocationUnreadable extends DomainError {
  readonly code = 'task.location_unreadable';
}

/**
 * The work behind `POST /v2/images/{id}/locations`: finds the data, and reads it to know what it is. A task that was not
 * created there has no image.
 */
@Injectable()
export class LocationImportWork implements TaskWork {
  readonly taskType = 'location_import';

  constructor(
    private readonly images: ImageCommandHandler,
    private readonly found: FoundData,
    private readonly hashes: LocationHashes,
    private readonly unfinished: UnfinishedBytes,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'secureHash'>,
  ) {}

  async run(run: TaskRun): Promise<TaskInput> {
    const { imageId } = run.task;
    if (imageId === null) throw new TaskInputInvalid("Missing required 'image_id' field");
    const image = await this.images.stateOf(imageId);
    if (!isDone(run, image)) await this.register(run, imageId, image);
    return { image_id: imageId };
  }

  /** Takes back what was found; an image that is active already keeps it. */
  async giveUp(run: TaskRun, reason: string): Promise<void> {
    const { taskId } = run;
    const { imageId } = run.task;
    if (imageId === null) return;
    const image = await this.images.stateOf(imageId);
    // Without the lock nothing here is ours any more; what a deleted image has, the scrubber removes.
    if (image.locationImport?.taskId !== taskId || isDeleted(image)) return;
    await this.removeFound(run, imageId, image, image.locationImport);
    const keepsLocation = this.keeps(image.locationImport);
    await this.images.handle({ type: 'FailLocationImport', imageId, taskId, reason, keepsLocation }, run.context);
  }

  /** Whether what was found is where nobody can remove it. */
  private keeps({ location }: LocationImportState): boolean {
    const store = location === null ? null : storeOwning(this.stores, location.url);
    return store?.driver.capabilities.has('delete') === false;
  }

  private async register(run: TaskRun, imageId: string, image: ImageState): Promise<void> {
    const { taskId } = run;
    const unwanted = unwantedBecause(image, imageId, taskId);
    if (unwanted !== null) throw unwanted;
    await whileWanted(this.images, { imageId, taskId }, run.signal, async (signal) => {
      await this.attempt(run, () => this.find(run, imageId));
      const { locationImport, sizeBytes } = await this.images.stateOf(imageId);
      if (locationImport?.taskId !== taskId) return; // nothing more was asked for
      await this.hash(run, imageId, locationImport, sizeBytes ?? 0, signal);
    });
  }

  private async find(run: TaskRun, imageId: string): Promise<void> {
    const { locationImport, owner } = await this.images.stateOf(imageId);
    if (locationImport === null || locationImport.location !== null) return;
    const { location, sizeBytes } = await this.found.adopt(run, { imageId, owner, url: locationImport.url });
    await run.complete(FOUND, { url: location.url });
    const hashAlgorithm = this.hashes.algorithmOf(locationImport);
    const started = { imageId, taskId: run.taskId, location, sizeBytes, hashAlgorithm };
    await this.images.handle({ type: 'StartLocationImport', ...started }, run.context);
  }

  private async hash(
    run: TaskRun,
    imageId: string,
    current: LocationImportState,
    sizeBytes: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { taskId } = run;
    try {
      const compute = (): Promise<TaskInput> => this.hashes.compute(run, current, sizeBytes, signal);
      const outcome = await this.attempt(run, () => run.once(HASHED, (known) => Promise.resolve(known), compute));
      const digest = this.hashes.digestOf(outcome);
      await run.keepClaim();
      await this.images.handle({ type: 'CompleteLocationImport', imageId, taskId, digest }, run.context);
    } catch (error) {
      if (current.expected !== null || signal.aborted || isOutage(error) || mayHeal(error)) throw error;
      // Nobody waits for the hashes: the image is active without them.
      const reason = failureMessage(error);
      await run.keepClaim();
      const failed = { imageId, taskId, reason, keepsLocation: false };
      await this.images.handle({ type: 'FailLocationImport', ...failed }, run.context);
    }
  }

  /** What may heal is tried again as often as the operator wants, and the task's own attempts allow. */
  private async attempt<Result>(run: TaskRun, act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      const isLast = run.isLastAttempt || run.task.failedAttempts >= this.config.secureHash.retries;
      if (!isLast || !mayHeal(error)) throw error;
      throw new LocationUnreadable(failureMessage(error), {}, { cause: error });
    }
  }

  /** What stood under the image's own name before anything was recorded is for its client to try again. */
  private async removeFound(
    run: TaskRun,
    imageId: string,
    image: ImageState,
    { url, location }: LocationImportState,
  ): Promise<void> {
    const store = storeOwning(this.stores, location?.url ?? url);
    if (store === null || image.status === 'active' || image.status === 'deactivated') return;
    if (unneededLocation(image) === null && store.driver.imageIdOf(url) === imageId) return;
    await this.unfinished.discard(run, store.id, imageId);
  }
}

/** Whether an earlier attempt has come to the end, but for the end of the task. */
const isDone = (run: TaskRun, image: ImageState): boolean => {
  const url = run.outcomeOf(FOUND)?.['url'];
  const isShown = image.status === 'active' || image.status === 'deactivated';
  return isShown && lockHolder(image) !== run.taskId && image.locations.some((location) => location.url === url);
};
