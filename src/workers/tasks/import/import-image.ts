import { Inject, Injectable } from '@nestjs/common';
import { ImageImportConflict } from '../../../modules/images/domain/image.errors.js';
import { ImageCommandHandler } from '../../../modules/images/commands/image-command.handler.js';
import type { ImageState, ImportState } from '../../../modules/images/domain/image-state.js';
import { STAGING_AREA } from '../../../stores/staging/staging-area.js';
import type { StagingArea } from '../../../stores/staging/staging-area.js';
import { unwantedBecause, whileWanted } from '../image-watch.js';
import type { TaskRun } from '../task-run.js';
import { UnfinishedBytes } from '../unfinished-bytes.js';
import { ImportLimits } from './import-limits.js';
import { ImportPlugins } from './import-plugins.js';
import type { Processing } from './import-plugins.js';
import { ImportSources } from './import-sources.js';
import type { ImportWork } from './import-work.js';
import { ImportToStores } from './import-to-stores.js';
import type { Filling } from './import-to-stores.js';

/** Gets hold of the data, and says how it goes into a store. */
type Prepare = (work: ImportWork) => Promise<Filling>;

/** The step after which the data is where it should be, and only the end is to be recorded. */
const STORED = 'store';

/**
 * Takes data into an image that is locked for this task: start, obtain, plugins, stores, end. Each may be cut off anywhere;
 * the next attempt goes on behind the last completed step.
 */
@Injectable()
export class ImportImage {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly limits: ImportLimits,
    private readonly sources: ImportSources,
    private readonly plugins: ImportPlugins,
    private readonly storing: ImportToStores,
    private readonly unfinished: UnfinishedBytes,
    @Inject(STAGING_AREA) private readonly staging: StagingArea,
  ) {}

  /** @throws what keeps the image from getting its data, ImageGone when it was deleted meanwhile */
  async run(run: TaskRun, imageId: string, prepare: Prepare = this.fromRequest()): Promise<void> {
    const { taskId } = run;
    if (!this.isStored(run)) {
      const current = await this.start(run, imageId);
      const lock = { imageId, taskId };
      await whileWanted(this.images, lock, run.signal, (signal) =>
        this.fill({ run, imageId, request: current.request, signal }, prepare),
      );
      const { sizeBytes } = await this.images.stateOf(imageId);
      await run.complete(STORED, { sizeBytes });
    }
    const state = await this.images.stateOf(imageId);
    if (state.import?.taskId !== taskId) return; // completed by an earlier attempt
    await this.discardStaged(run, state.import, imageId);
    await this.images.handle({ type: 'CompleteImport', imageId, taskId }, run.context);
  }

  /** Whether an earlier attempt has brought all data; where it came from is not asked any more. */
  isStored(run: TaskRun): boolean {
    return run.outcomeOf(STORED) !== undefined;
  }

  /** How long the data is that was brought. */
  storedBytes(run: TaskRun): number {
    const bytes = run.outcomeOf(STORED)?.['sizeBytes'];
    return typeof bytes === 'number' ? bytes : 0;
  }

  /** Takes back what the import has brought, and queues the image again; a copied image stays as it is. */
  async giveUp(run: TaskRun, imageId: string, reason: string): Promise<void> {
    const { taskId } = run;
    const state = await this.images.stateOf(imageId);
    const current = state.import;
    // Without the lock nothing here is ours any more; what a deleted image has, the scrubber removes.
    if (current === null || unwantedBecause(state, imageId, taskId) !== null) return;
    await this.removeStored(run, imageId, current);
    await this.discardStaged(run, current, imageId);
    const failedStores = this.limits.wasExceeded(run) ? [] : failedStoresOf(current, state);
    await this.images.handle({ type: 'FailImport', imageId, taskId, reason, failedStores }, run.context);
  }

  private async start(run: TaskRun, imageId: string): Promise<ImportState> {
    const { taskId } = run;
    const found = await this.images.stateOf(imageId);
    const unwanted = unwantedBecause(found, imageId, taskId);
    if (unwanted !== null) throw unwanted;
    const stores = found.import?.request.stores ?? [];
    const { state } = await this.images.handle({ type: 'StartImport', imageId, taskId, stores }, run.context);
    if (state.import === null) throw new ImageImportConflict(`Image ${imageId} is not being imported`, { imageId });
    if (found.import?.pendingStores === null) await this.limits.mustAllow(run, { ...state, import: state.import });
    return state.import;
  }

  /** What the request of the image's import names, after what the operator wants done to it. */
  fromRequest(processing: Processing = this.plugins.configured): Prepare {
    return async (work) => {
      const obtained = await this.sources.obtain(work);
      const data = await this.plugins.apply(work, obtained, processing);
      const image = await this.images.stateOf(work.imageId); // after the plugins, which may change the format
      return { formats: image, fill: (store, signal) => this.storing.receive({ ...work, signal }, image, data, store) };
    };
  }

  private async fill(work: ImportWork, prepare: Prepare): Promise<void> {
    const { run, imageId, request, signal } = work;
    const allMustSucceed = request.allStoresMustSucceed;
    await this.storing.run({ run, imageId, allMustSucceed, signal, prepare: () => prepare(work) });
  }

  /** The event comes first: a location that is on record must have its bytes. */
  private async removeStored(run: TaskRun, imageId: string, current: ImportState): Promise<void> {
    const { taskId } = run;
    for (const { store } of current.added) {
      await this.images.handle({ type: 'RevertImportToStore', imageId, taskId, store }, run.context);
    }
    const kept = (await this.images.stateOf(imageId)).locations.map(({ store }) => store);
    for (const storeId of current.request.stores.filter((id) => !kept.includes(id)))
      await this.unfinished.discard(run, storeId, imageId);
  }

  private async discardStaged(run: TaskRun, current: ImportState, imageId: string): Promise<void> {
    if (current.request.method !== 'glance-direct') return;
    await run.keepClaim(); // else something new may have been staged
    await this.staging.discard(imageId);
  }
}

/** An import that ends without data has failed in all of its stores; of a copy, those that refused are on record. */
const failedStoresOf = ({ request }: ImportState, { status }: ImageState): readonly string[] =>
  status === 'active' || status === 'deactivated' ? [] : request.stores;
