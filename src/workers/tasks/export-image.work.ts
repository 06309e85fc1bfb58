import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../config/app-config.js';
import type { AppConfig, ConvertedFormat } from '../../config/app-config.js';
import { convertImageFile } from '../../conversion/convert-image-file.js';
import { ConversionFailed } from '../../conversion/conversion.errors.js';
import { TASK_SECRETS } from '../../kernel/task-secrets.js';
import type { TaskSecrets } from '../../kernel/task-secrets.js';
import { parseExportInput } from '../../modules/tasks/domain/inputs/export-input.js';
import type { TaskInput } from '../../modules/tasks/domain/task.commands.js';
import { ExportTargets } from '../../outbound/export-targets.js';
import { findStore } from '../../stores/configured-stores.js';
import { IMAGE_STORES } from '../../stores/image-store.js';
import type { ImageStores } from '../../stores/image-store.js';
import { StoreTraffic } from '../../stores/store-traffic.js';
import { FileData } from './import/import-data.js';
import type { ImportData } from './import/import-data.js';
import { makeFile } from './make-file.js';
import { sizeOf } from './size-of-file.js';
import { SourceImages } from './source-image.js';
import type { TaskRun } from './task-run.js';
import type { TaskWork } from './task-work.js';
import { UnfinishedBytes } from './unfinished-bytes.js';

/** The step after which the data is at its destination. */
const SENT = 'send';

/** Writes an image to where the operator allows: a store, an HTTP(S) server, an S3 bucket; converted if that is wanted. */
@Injectable()
export class ExportImageWork implements TaskWork {
  readonly taskType = 'export';

  constructor(
    private readonly sources: SourceImages,
    private readonly targets: ExportTargets,
    private readonly traffic: StoreTraffic,
    private readonly unfinished: UnfinishedBytes,
    @Inject(TASK_SECRETS) private readonly secrets: TaskSecrets,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  async run(run: TaskRun): Promise<TaskInput> {
    const { imageId, destination, diskFormat } = parseExportInput(run.task.input);
    const sent = await run.once(
      SENT,
      (outcome) => Promise.resolve(outcome),
      async () => {
        const { details, data } = await this.sources.find(imageId);
        const from = details.diskFormat ?? 'raw';
        const isConverted = diskFormat !== null && diskFormat !== from;
        const converted = isConverted ? await this.convert(run, data, from, diskFormat) : data;
        const location =
          destination.kind === 'store'
            ? await this.toStore(run, converted, destination.store)
            : await this.toUrl(run, converted, destination.url);
        return { ...location, size: converted.sizeBytes, disk_format: isConverted ? diskFormat : from };
      },
    );
    return { image_id: imageId, ...sent };
  }

  /** What stands at a URL already cannot be taken back; what stands in a store can. */
  async giveUp(run: TaskRun): Promise<void> {
    const { destination } = parseExportInput(run.task.input);
    if (destination.kind === 'store') await this.unfinished.discard(run, destination.store, run.taskId);
  }

  private async convert(run: TaskRun, data: ImportData, from: string, to: ConvertedFormat): Promise<ImportData> {
    const folder = await run.folder();
    const [source, target] = [join(folder, 'source'), join(folder, 'converted')];
    await run.once(
      'fetch',
      async (outcome) => ((await sizeOf(source)) === data.sizeBytes ? outcome : null),
      async () => {
        run.progress.report('fetch', 0, data.sizeBytes);
        await pipeline(await data.open(), createWriteStream(source, { flush: true }), { signal: run.signal });
        return {};
      },
    );
    const outcome = await run.once(
      'convert',
      async (known) => ((await sizeOf(target)) === known['sizeBytes'] ? known : null),
      async () => {
        const onProgress = (percent: number): void =>
          run.progress.report('convert', Math.round((data.sizeBytes * percent) / 100), data.sizeBytes);
        const limits = { ...this.config.conversion, vmdkAllowedTypes: this.config.formats.vmdkAllowedTypes };
        const formats = { declaredFormat: from, targetFormat: to };
        const conversion = { from: source, ...formats, limits, signal: run.signal, onProgress };
        const made = await makeFile(run, target, (to) => convertImageFile({ ...conversion, to }));
        if (made === null) throw new ConversionFailed(`An image of format ${from} cannot be converted to ${to}`);
        return { sizeBytes: made.sizeBytes };
      },
    );
    return new FileData(target, Number(outcome['sizeBytes']));
  }

  /** The bytes stand under the id of the task: that is how they are known to belong to an export. */
  private async toStore(run: TaskRun, data: ImportData, storeId: string): Promise<TaskInput> {
    const { driver } = findStore(this.stores, storeId);
    return this.traffic.run(
      storeId,
      async () => {
        await run.keepClaim(); // else what stands there may be the result
        await driver.discardUnfinished(run.taskId, run.taskId);
        const source = await data.open();
        const chunks = this.traffic.throttle(storeId, source, run.signal);
        const keepClaim = (): Promise<void> => run.keepClaim();
        const stored = await driver.put(run.taskId, run.taskId, chunks, run.signal, keepClaim, data.sizeBytes);
        return { store: storeId, location: stored.url };
      },
      run.signal,
    );
  }

  private async toUrl(run: TaskRun, data: ImportData, url: string): Promise<TaskInput> {
    const secret = await this.secrets.find(run.taskId);
    await this.targets.upload({
      url: secret?.uri ?? url,
      source: { sizeBytes: data.sizeBytes, open: () => bytesOf(data) },
      signal: run.signal,
      onProgress: (done) => run.progress.report('send', done, data.sizeBytes),
    });
    return { location: url };
  }
}

async function* bytesOf(data: ImportData): AsyncGenerator<Uint8Array> {
  yield* await data.open();
}
