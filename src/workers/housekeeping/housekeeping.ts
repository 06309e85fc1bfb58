import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../config/app-config.js';
import type { AppConfig } from '../../config/app-config.js';
import type { ImageEvent } from '../../events/contracts/image-events.js';
import { CLOCK } from '../../kernel/clock.js';
import type { Clock } from '../../kernel/clock.js';
import { FailDeadUploadHandler } from '../../modules/images/commands/fail-dead-upload.handler.js';
import { ScrubImageHandler } from '../../modules/images/commands/scrub-image.handler.js';
import { ExpireTasksHandler } from '../../modules/tasks/commands/expire-tasks.handler.js';
import { IMAGE_READ_MODEL } from '../../projections/images/image-details.read-model.js';
import type { ImageDetails, ImageReadModel } from '../../projections/images/image-details.read-model.js';
import { ProjectionRunner } from '../../projections/projection-runner.js';
import { StagingLeftOvers } from './staging-left-overs.js';
import { Sweep } from './sweep.js';

/** Images that are read at a time. */
const PAGE = 500;
/** Tasks that one sweep expires; the next one takes the rest. */
const TASKS_PER_SWEEP = 1000;

/** What a sweep has done. */
export type HousekeepingReport = Readonly<{
  /** Uploads and stagings whose process had died. */
  failedUploads: number;
  scrubbed: number;
  expiredTasks: number;
  /** Things in the staging area that nobody needed any more. */
  leftOvers: number;
  failures: readonly Error[];
}>;

/** What nobody asks for and somebody has to do: end dead uploads, scrub what waited long enough, clear away. */
@Injectable()
export class Housekeeping {
  constructor(
    @Inject(IMAGE_READ_MODEL) private readonly readModel: ImageReadModel,
    private readonly projections: ProjectionRunner<ImageEvent>,
    private readonly uploads: FailDeadUploadHandler,
    private readonly scrubbing: ScrubImageHandler,
    private readonly tasks: ExpireTasksHandler,
    private readonly leftOvers: StagingLeftOvers,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * Sweeps once. What fails for one image is in the report, and is tried again the next time.
   * @param signal ends the sweep behind what is being done
   * @throws when it is not to be found out what there is to do
   */
  async run(signal: AbortSignal): Promise<HousekeepingReport> {
    const sweep = new Sweep(signal);
    // What a process recorded that died before it projected it would wait here for the next command to succeed.
    await this.projections.catchUp();
    const failedUploads = await sweep.each(this.withStatus('saving', 'uploading'), 1, async ({ id, uploadId }) =>
      uploadId === null ? false : this.uploads.failIfDead(id),
    );
    const { poolSize } = this.config.deletion;
    const scrubbed = await sweep.each(this.withStatus('pending_delete'), poolSize, (image) => this.scrubIfDue(image));
    const expiredTasks = await sweep.attempt(() => this.tasks.run(TASKS_PER_SWEEP));
    const leftOvers = await sweep.attempt(() => this.leftOvers.remove(sweep));
    const { failures } = sweep;
    return { failedUploads, scrubbed, expiredTasks: expiredTasks ?? 0, leftOvers: leftOvers ?? 0, failures };
  }

  /** All of them: those that cannot be dealt with must not hide the others behind them. */
  private async *withStatus(...statuses: readonly string[]): AsyncGenerator<ImageDetails> {
    let last: ImageDetails | undefined;
    do {
      const page = await this.readModel.withStatus(statuses, PAGE, last ?? null);
      yield* page;
      last = page.length < PAGE ? undefined : page.at(-1);
    } while (last !== undefined);
  }

  private async scrubIfDue(image: ImageDetails): Promise<boolean> {
    if (!this.isDue(image)) return false;
    // The page may be old by now, and the image restored.
    const current = await this.readModel.find(image.id);
    if (current === null || !this.isDue(current)) return false;
    await this.scrubbing.scrub(image.id);
    return true;
  }

  private isDue({ status, scrubAfter }: ImageDetails): boolean {
    return status === 'pending_delete' && scrubAfter !== null && scrubAfter <= this.clock.now().toISOString();
  }
}
