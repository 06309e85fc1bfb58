import { Module } from '@nestjs/common';
import { APP_CONFIG } from '../../config/app-config.js';
import type { AppConfig } from '../../config/app-config.js';
import { ImagesModule } from '../../modules/images/images.module.js';
import { TasksModule } from '../../modules/tasks/tasks.module.js';
import { OutboundModule } from '../../outbound/outbound.module.js';
import { StoreTraffic } from '../../stores/store-traffic.js';
import { CloneImageWork } from './clone-image.work.js';
import { ExportImageWork } from './export-image.work.js';
import { ImageOfTask } from './image-of-task.js';
import { ApiImageImportWork } from './import/api-image-import.work.js';
import { ImportImage } from './import/import-image.js';
import { ImportLimits } from './import/import-limits.js';
import { ImportPlugins } from './import/import-plugins.js';
import { ImportSources } from './import/import-sources.js';
import { ImportToStores } from './import/import-to-stores.js';
import { LegacyImportWork } from './import/legacy-import.work.js';
import { RemoteImageImport } from './import/remote-image-import.js';
import { FoundData } from './locations/found-data.js';
import { LocationHashes } from './locations/location-hashes.js';
import { LocationImportWork } from './locations/location-import.work.js';
import { SourceImages } from './source-image.js';
import { TaskExecutor } from './task-executor.js';
import { TASK_WORKS } from './task-work.js';
import { UnfinishedBytes } from './unfinished-bytes.js';

const WORKS = [ApiImageImportWork, LegacyImportWork, LocationImportWork, CloneImageWork, ExportImageWork];

/** How each type of task is done. */
@Module({
  imports: [ImagesModule, TasksModule, OutboundModule],
  providers: [
    TaskExecutor,
    {
      provide: StoreTraffic,
      useFactory: ({ stores }: AppConfig) => new StoreTraffic(stores.backends),
      inject: [APP_CONFIG],
    },
    SourceImages,
    UnfinishedBytes,
    ImageOfTask,
    ImportImage,
    ImportLimits,
    ImportSources,
    ImportPlugins,
    ImportToStores,
    RemoteImageImport,
    FoundData,
    LocationHashes,
    ...WORKS,
    { provide: TASK_WORKS, useFactory: (...works: unknown[]) => works, inject: WORKS },
  ],
  exports: [TaskExecutor],
})
export class TaskWorksModule {}
