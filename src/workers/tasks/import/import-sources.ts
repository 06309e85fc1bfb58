import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { TASK_SECRETS } from '../../../kernel/task-secrets.js';
import type { TaskSecrets } from '../../../kernel/task-secrets.js';
import { ImageCommandHandler } from '../../../modules/images/commands/image-command.handler.js';
import { HttpDownloads } from '../../../outbound/http-downloads.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { StoredDataMissing } from '../../../stores/stores.errors.js';
import { STAGING_AREA } from '../../../stores/staging/staging-area.js';
import type { StagingArea } from '../../../stores/staging/staging-area.js';
import { sizeOf } from '../size-of-file.js';
import { FileData, StoredImageBytes } from './import-data.js';
import type { ImportData } from './import-data.js';
import type { ImportWork } from './import-work.js';
import { RemoteImageImport } from './remote-image-import.js';

/** Gets hold of the data of an import, wherever it comes from. */
@Injectable()
export class ImportSources {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly downloads: HttpDownloads,
    private readonly remoteImages: RemoteImageImport,
    @Inject(TASK_SECRETS) private readonly secrets: TaskSecrets,
    @Inject(STAGING_AREA) private readonly staging: StagingArea,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /** @throws StoredDataMissing, and what a download fails with */
  obtain(work: ImportWork): Promise<ImportData> {
    switch (work.request.method) {
      case 'glance-direct':
        return this.staged(work.imageId);
      case 'web-download':
        return this.downloaded(work);
      case 'glance-download':
        return this.remoteImages.obtain(work);
      case 'copy-image':
        return this.stored(work.imageId);
      case 'clone':
        throw new Error('A clone brings its own data');
    }
  }

  private async staged(imageId: string): Promise<ImportData> {
    const file = this.staging.stagedFile(imageId);
    const sizeBytes = await sizeOf(file);
    if (sizeBytes === null) throw new StoredDataMissing('The staged data is not in the staging area of this worker');
    return new FileData(file, sizeBytes);
  }

  private async downloaded({ run, request, signal }: ImportWork): Promise<ImportData> {
    const file = join(await run.folder(), 'download');
    const { sizeBytes } = await run.once(
      'download',
      async (outcome) => (outcome['sizeBytes'] === (await sizeOf(file)) ? { sizeBytes: outcome['sizeBytes'] } : null),
      async () => {
        const secret = await this.secrets.find(run.taskId);
        const downloaded = await this.downloads.downloadToFile({
          url: secret?.uri ?? request.uri ?? '',
          file,
          expected: request.checksum === null ? {} : { checksum: request.checksum },
          maxBytes: this.config.quotas.imageSizeCapBytes,
          signal,
          onProgress: (done, expected) => run.progress.report('download', done, expected),
        });
        return { sizeBytes: downloaded.sizeBytes };
      },
    );
    return new FileData(file, Number(sizeBytes));
  }

  private async stored(imageId: string): Promise<ImportData> {
    const { locations, sizeBytes } = await this.images.stateOf(imageId);
    return new StoredImageBytes(this.stores, locations, sizeBytes ?? 0);
  }
}
