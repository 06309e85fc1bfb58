import { Injectable } from '@nestjs/common';
import { LimitExceeded } from '../../../limits/limits.errors.js';
import { mebibytes, UnifiedLimits } from '../../../limits/unified-limits.js';
import type { ImageState, ImportState } from '../../../modules/images/domain/image-state.js';
import type { TaskRun } from '../task-run.js';

/** The step that records that a limit kept the import from its stores. */
const OVER_LIMIT = 'over_limit';

type Begun = Pick<ImageState, 'sizeBytes'> & Readonly<{ import: ImportState }>;

/** Compares an import that has begun, and counts already, with the limits of the project that asked for it. */
@Injectable()
export class ImportLimits {
  constructor(private readonly limits: UnifiedLimits) {}

  /** @throws LimitExceeded, IdentityUnavailable, LimitsUnusable */
  async mustAllow(run: TaskRun, begun: Begun): Promise<void> {
    try {
      await this.compare(run.task.owner, begun);
    } catch (error) {
      if (error instanceof LimitExceeded) await run.complete(OVER_LIMIT, {});
      throw error;
    }
  }

  /** Whether it was a limit that ended the import: then no store has failed. */
  wasExceeded(run: TaskRun): boolean {
    return run.outcomeOf(OVER_LIMIT) !== undefined;
  }

  private async compare(projectId: string | null, { sizeBytes, import: { request } }: Begun): Promise<void> {
    switch (request.method) {
      case 'glance-direct':
        await this.limits.mustAllow(projectId, 'image_size_total', mebibytes(sizeBytes));
        return;
      case 'web-download':
      case 'glance-download':
      case 'copy-image':
        await this.limits.mustAllow(projectId, 'image_stage_total', mebibytes(sizeBytes));
        await this.limits.mustAllow(projectId, 'image_count_uploading', 0);
        return;
      case 'clone': // which was compared before there was an image
    }
  }
}
