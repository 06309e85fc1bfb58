import { Inject, Injectable } from '@nestjs/common';
import type { ImageEvent } from '../events/contracts/image-events.js';
import { CLOCK } from '../kernel/clock.js';
import type { Clock } from '../kernel/clock.js';
import { FailDeadUploadHandler } from '../modules/images/commands/fail-dead-upload.handler.js';
import { ScrubImageHandler } from '../modules/images/commands/scrub-image.handler.js';
import { IMAGE_READ_MODEL } from '../projections/images/image-details.read-model.js';
import type { ImageReadModel } from '../projections/images/image-details.read-model.js';
import { ProjectionRunner } from '../projections/projection-runner.js';

/** Images that one pass looks at; the next pass takes the rest. */
const IMAGES_PER_PASS = 1000;

/** What a pass of the scrubber has done. */
export type HousekeepingReport = Readonly<{ failedUploads: number; scrubbed: number; failures: readonly Error[] }>;

/** What nobody asks for and somebody has to do: end dead uploads, scrub what waited long enough. */
@Injectable()
export class Housekeeping {
  constructor(
    @Inject(IMAGE_READ_MODEL) private readonly readModel: ImageReadModel,
    private readonly projections: ProjectionRunner<ImageEvent>,
    private readonly uploads: FailDeadUploadHandler,
    private readonly scrubbing: ScrubImageHandler,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async run(): Promise<HousekeepingReport> {
    const failures: Error[] = [];
    // What a process recorded that died before it projected it would wait here for the next command to succeed.
    await this.projections.catchUp();
    const saving = await this.readModel.withStatus(['saving'], IMAGES_PER_PASS);
    const failedUploads = await this.forEach(saving, failures, ({ id }) => this.uploads.failIfDead(id));
    const now = this.clock.now().toISOString();
    const waiting = await this.readModel.withStatus(['pending_delete'], IMAGES_PER_PASS);
    const due = waiting.filter((image) => image.scrubAfter !== null && image.scrubAfter <= now);
    const scrubbed = await this.forEach(due, failures, async (image) => {
      await this.scrubbing.scrub(image.id);
      return true;
    });
    return { failedUploads, scrubbed, failures };
  }

  /** One image's failure must not keep the others waiting; the next pass tries it again. */
  private async forEach<Item>(
    items: readonly Item[],
    failures: Error[],
    act: (item: Item) => Promise<boolean>,
  ): Promise<number> {
    let done = 0;
    for (const item of items) {
      try {
        if (await act(item)) done += 1;
      } catch (error) {
        failures.push(error instanceof Error ? error : new Error(String(error)));
      }
    }
    return done;
  }
}
