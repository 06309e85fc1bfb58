import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import type { ImageDigest, ImageLocation } from '../../../events/contracts/image-events.js';
import { ImageDataReceiver } from '../../../modules/images/commands/image-data.receiver.js';
import { ImageDataMismatch } from '../../../modules/images/domain/image.errors.js';
import type { LocationImportState } from '../../../modules/images/domain/image-state.js';
import type { TaskInput } from '../../../modules/tasks/domain/task.commands.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { StoredImageBytes } from '../import/import-data.js';
import type { TaskRun } from '../task-run.js';

/** Reads the data at a location from beginning to end, to know what it is. */
@Injectable()
export class LocationHashes {
  constructor(
    private readonly receiver: ImageDataReceiver,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'hashingAlgorithm'>,
  ) {}

  /**
   * @returns the digest as the outcome of a step
   * @throws ImageDataMismatch when it is not what the client says, SizeMismatch, the store's errors
   */
  async compute(
    run: TaskRun,
    { location, expected }: LocationImportState,
    sizeBytes: number,
    signal: AbortSignal,
  ): Promise<TaskInput> {
    run.progress.report('hash', 0, sizeBytes);
    const source = await new StoredImageBytes(this.stores, [location as ImageLocation], sizeBytes).open();
    try {
      const { checksum, hashAlgorithm, hashValue } = await this.receiver.examine(source, {
        hashAlgorithm: this.algorithmOf({ expected }),
        expectedBytes: sizeBytes,
        signal,
        onProgress: (bytesDone) => run.progress.report('hash', bytesDone, sizeBytes),
      });
      if (expected !== null && expected.hashValue !== hashValue)
        throw new ImageDataMismatch(`The data does not have the ${hashAlgorithm} hash that was given.`);
      return { checksum, hashAlgorithm, hashValue };
    } finally {
      source.destroy();
    }
  }

  algorithmOf({ expected }: Pick<LocationImportState, 'expected'>): string {
    return expected?.hashAlgorithm ?? this.config.hashingAlgorithm;
  }

  digestOf({ checksum, hashAlgorithm, hashValue }: TaskInput): ImageDigest {
    return { checksum: String(checksum), hashAlgorithm: String(hashAlgorithm), hashValue: String(hashValue) };
  }
}
