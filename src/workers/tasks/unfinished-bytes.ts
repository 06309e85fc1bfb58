import { Inject, Injectable } from '@nestjs/common';
import { IMAGE_STORES } from '../../stores/image-store.js';
import type { ImageStores } from '../../stores/image-store.js';
import { WORKER_LOG } from '../worker-log.js';
import type { WorkerLog } from '../worker-log.js';
import type { TaskRun } from './task-run.js';

/** What a task that fails has written to stores. */
@Injectable()
export class UnfinishedBytes {
  constructor(
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(WORKER_LOG) private readonly log: WorkerLog,
  ) {}

  /**
   * Removes what the task has brought into a store under an id. A store that is away must not keep the task from ending, and
   * its image locked; what stays there, a reconciliation finds.
   * @throws TaskClaimLost: what stands there now may be somebody else's
   */
  async discard(run: TaskRun, storeId: string, id: string): Promise<void> {
    const store = this.stores.get(storeId);
    if (store === undefined || store.readOnly) return;
    await run.keepClaim();
    try {
      await store.driver.discardUnfinished(id, run.taskId);
    } catch (error) {
      this.log.leftBehind(run.taskId, storeId, error);
    }
  }
}
