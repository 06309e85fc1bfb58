import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import type { ImageState, ImportState } from '../../../modules/images/domain/image-state.js';
import type { StoredImageData } from '../../../modules/images/domain/image.commands.js';
import { ImageImportConflict } from '../../../modules/images/domain/image.errors.js';
import { ImageCommandHandler } from '../../../modules/images/commands/image-command.handler.js';
import { ImageDataReceiver } from '../../../modules/images/commands/image-data.receiver.js';
import { TASK_SECRETS } from '../../../kernel/task-secrets.js';
import type { TaskSecrets } from '../../../kernel/task-secrets.js';
import { findStore } from '../../../stores/configured-stores.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ConfiguredStore, ImageStores } from '../../../stores/image-store.js';
import { StoreTraffic } from '../../../stores/store-traffic.js';
import { failureMessage, isOutage, mayHeal } from '../failure.js';
import { unwantedBecause } from '../image-watch.js';
import type { TaskRun } from '../task-run.js';
import { Turnstile } from '../turnstile.js';
import { UnfinishedBytes } from '../unfinished-bytes.js';
import type { ImportData } from './import-data.js';
import type { ImportWork } from './import-work.js';

/** Brings the data into one store and says what it is. */
export type FillStore = (store: ConfiguredStore, signal: AbortSignal) => Promise<StoredImageData>;

type Formats = Pick<ImageState, 'diskFormat' | 'containerFormat'>;

/** How the data gets into each store, and the formats that it is compared with there. */
export type Filling = Readonly<{ fill: FillStore; formats: Formats }>;

/** What goes where. */
type StoreImport = Readonly<{
  run: TaskRun;
  imageId: string;
  allMustSucceed: boolean;
  signal: AbortSignal;
  /** Gets hold of the data; not called when no store waits for it. */
  prepare: () => Promise<Filling>;
}>;

/** What the stores of one import have in common: one records at a time, and a failure may end them all. */
type Attempt = StoreImport & Filling & Readonly<{ commits: Turnstile; cancel: (reason: unknown) => void }>;

/** Brings the data of an import into its stores, several at a time, and records each. */
@Injectable()
export class ImportToStores {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly receiver: ImageDataReceiver,
    private readonly traffic: StoreTraffic,
    private readonly unfinished: UnfinishedBytes,
    @Inject(TASK_SECRETS) private readonly secrets: TaskSecrets,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * Fills the stores that have neither got the data nor failed.
   * @throws what kept the data out of a store: of any store if all must succeed, else if none got it or one is to be tried
   *   again
   */
  async run(work: StoreImport): Promise<void> {
    const { pendingStores } = importOf(await this.images.stateOf(work.imageId));
    const waiting = [...(pendingStores ?? [])];
    const failures = waiting.length === 0 ? [] : await this.fillAll(waiting, work);
    const { locations, import: current } = await this.images.stateOf(work.imageId);
    const isPending = current?.pendingStores?.length !== 0;
    const isPartial = work.allMustSucceed && current?.added.length !== current?.request.stores.length;
    if (isPending || isPartial || locations.length === 0) throw failures.at(-1) ?? noUploadFinished(work.imageId);
  }

  /** @returns what kept the data out of stores */
  private async fillAll(waiting: string[], work: StoreImport): Promise<readonly Error[]> {
    const cancelled = new AbortController();
    const attempt: Attempt = {
      ...work,
      ...(await work.prepare()),
      signal: AbortSignal.any([work.signal, cancelled.signal]),
      cancel: (reason) => cancelled.abort(reason),
      commits: new Turnstile(),
    };
    const failures: Error[] = [];
    const lanes = Math.min(this.config.imports.maxParallelStores, waiting.length);
    await Promise.all(Array.from({ length: lanes }, () => this.fillNext(waiting, attempt, failures)));
    attempt.signal.throwIfAborted();
    return failures;
  }

  /** Takes data into a store, hashed and inspected on the way. */
  async receive(
    { run, imageId, signal }: Pick<ImportWork, 'run' | 'imageId' | 'signal'>,
    image: Formats & Pick<ImageState, 'owner' | 'properties'>,
    data: ImportData,
    store: ConfiguredStore,
  ): Promise<StoredImageData> {
    const source = await data.open();
    try {
      return await this.receiver.receive({
        imageId,
        uploadId: run.taskId,
        image,
        source,
        store,
        expectedBytes: data.sizeBytes,
        signal,
        token: async () => (await this.secrets.find(run.taskId))?.token ?? null,
        pace: (chunks) => this.traffic.throttle(store.id, chunks, signal),
        onProgress: (bytesDone) => run.progress.report(`store ${store.id}`, bytesDone, data.sizeBytes),
        beforeCommit: () => this.mustStillBeWanted(run, imageId),
      });
    } finally {
      source.destroy();
    }
  }

  private async fillNext(waiting: string[], attempt: Attempt, failures: Error[]): Promise<void> {
    const storeId = waiting.shift();
    if (storeId === undefined || isOver(attempt)) return;
    try {
      await this.importInto(storeId, attempt);
    } catch (error) {
      if (isOver(attempt)) return; // another store has failed first
      failures.push(error instanceof Error ? error : new Error(String(error)));
      await this.passOver(storeId, attempt, error).catch(attempt.cancel);
      if (attempt.allMustSucceed || isOutage(error)) attempt.cancel(error);
    }
    await this.fillNext(waiting, attempt, failures);
  }

  private async importInto(storeId: string, attempt: Attempt): Promise<void> {
    const { run, imageId, allMustSucceed, signal, commits, formats } = attempt;
    const store = findStore(this.stores, storeId);
    await this.traffic.run(
      storeId,
      async () => {
        await run.keepClaim(); // it may have been a long wait: what stands there may be a successor's
        // What an attempt left whose worker died; where nothing can be written there is nothing.
        if (!store.readOnly) await store.driver.discardUnfinished(imageId, run.taskId);
        const stored = await attempt.fill(store, signal);
        await commits.pass(async () => {
          await run.keepClaim();
          const current = importOf(await this.images.stateOf(imageId));
          const activates = !allMustSucceed || isLastOf(current, storeId);
          const command = { type: 'ImportToStore', imageId, taskId: run.taskId, activates, ...stored } as const;
          await this.images.handle(command, run.context, (state) => mustBeAsJudged(imageId, formats, state));
        });
      },
      signal,
    );
  }

  /** @throws TaskClaimLost, ImageGone, ImageUploadSuperseded */
  private async mustStillBeWanted(run: TaskRun, imageId: string): Promise<void> {
    await run.keepClaim();
    const unwanted = unwantedBecause(await this.images.stateOf(imageId), imageId, run.taskId);
    if (unwanted !== null) throw unwanted;
  }

  /** A store that may heal is left pending for the next attempt, if there is one. */
  private async passOver(store: string, { run, imageId }: StoreImport, error: unknown): Promise<void> {
    if (isOutage(error) || (mayHeal(error) && !run.isLastAttempt)) return;
    const reason = failureMessage(error);
    await this.mustStillBeWanted(run, imageId);
    await this.unfinished.discard(run, store, imageId); // it may have been stored, and refused then
    await this.images.handle({ type: 'FailImportToStore', imageId, taskId: run.taskId, store, reason }, run.context);
  }
}

/**
 * Clients may say during an import what the formats are. The data has been inspected as something else then.
 * @throws ImageImportConflict
 */
function mustBeAsJudged(imageId: string, judged: Formats, { diskFormat, containerFormat }: ImageState): void {
  if (diskFormat === judged.diskFormat && containerFormat === judged.containerFormat) return;
  throw new ImageImportConflict(`The formats of image ${imageId} were changed while its data was inspected.`, {
    imageId,
  });
}

/** Whether all stores have the data when this one has it; one that failed never will. */
const isLastOf = ({ request, added }: ImportState, storeId: string): boolean =>
  request.stores.every((id) => id === storeId || added.some(({ store }) => store === id));

const noUploadFinished = (imageId: string): ImageImportConflict =>
  new ImageImportConflict('None of the uploads finished!', { imageId });

const isOver = ({ signal }: Attempt): boolean => signal.aborted;

function importOf({ import: current }: ImageState): ImportState {
  if (current === null) throw new Error('There is no import in progress');
  return current;
}
