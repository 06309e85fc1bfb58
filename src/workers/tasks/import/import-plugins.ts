import { basename, join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig, ConvertedFormat, ImportPlugin } from '../../../config/app-config.js';
import { convertImageFile } from '../../../conversion/convert-image-file.js';
import { decompressFile } from '../../../conversion/decompress-file.js';
import type { DescriptiveChange } from '../../../modules/images/domain/image.commands.js';
import type { TaskInput } from '../../../modules/tasks/domain/task.commands.js';
import { ImageCommandHandler } from '../../../modules/images/commands/image-command.handler.js';
import { makeFile } from '../make-file.js';
import { sizeOf } from '../size-of-file.js';
import { FileData } from './import-data.js';
import type { ImportData } from './import-data.js';
import type { ImportWork } from './import-work.js';

/** What is done to data between its source and the stores. */
export type Processing = Readonly<{ plugins: readonly ImportPlugin[]; conversionFormat: ConvertedFormat }>;

/** The step whose outcome says from which format. */
const CONVERT = 'convert';

/** Runs the operator's import plugins on data that lies in a file. Stored data, as of copies, stays as it is. */
@Injectable()
export class ImportPlugins {
  constructor(
    private readonly images: ImageCommandHandler,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  get configured(): Processing {
    return this.config.imports;
  }

  /** @throws DecompressionFailed, ConversionFailed, ConversionLimitExceeded, ConversionUnavailable */
  async apply(work: ImportWork, obtained: ImportData, { plugins, conversionFormat }: Processing): Promise<ImportData> {
    if (!(obtained instanceof FileData)) return obtained;
    let data = obtained;
    for (const plugin of plugins) {
      switch (plugin) {
        case 'no_op':
          break;
        case 'inject_image_metadata':
          await this.inject(work);
          break;
        case 'image_decompression':
          data = await this.decompress(work, data);
          break;
        case 'image_conversion':
          data = await this.convert(work, data, conversionFormat);
      }
    }
    return data;
  }

  private async inject({ run, imageId }: ImportWork): Promise<void> {
    const { ignoreUserRoles, properties } = this.config.imports.inject;
    if (run.requester.roles.some((role) => ignoreUserRoles.includes(role))) return;
    const changes = [...properties]
      .filter(([name]) => !name.startsWith('os_glance_'))
      .map(([name, value]) => ({ kind: 'set_property', name, value, when: 'any' }) as const);
    await this.describe({ run, imageId }, changes);
  }

  private async decompress({ run, imageId, signal }: ImportWork, data: FileData): Promise<FileData> {
    const { containerFormat } = await this.images.stateOf(imageId);
    if (containerFormat === 'compressed') return data;
    const { maxDecompressedBytes, maxCompressionRatio } = this.config.conversion;
    return this.transform(run, 'decompress', data, async (to) => {
      const limits = { maxBytes: maxDecompressedBytes, maxRatio: maxCompressionRatio };
      const onProgress = (done: number): void => run.progress.report('decompress', done, null);
      const decompressed = await decompressFile({ from: data.path, to, limits, signal, onProgress });
      return decompressed === null ? null : { sizeBytes: decompressed.sizeBytes };
    });
  }

  private async convert(
    { run, imageId, signal }: ImportWork,
    data: FileData,
    target: ConvertedFormat,
  ): Promise<FileData> {
    const declaredFormat = await this.formatBefore(run, imageId);
    const convert = async (to: string): Promise<Readonly<{ sizeBytes: number }> | null> => {
      const onProgress = (percent: number): void =>
        run.progress.report('convert', Math.round((data.sizeBytes * percent) / 100), data.sizeBytes);
      const { conversion, formats } = this.config;
      const limits = { ...conversion, vmdkAllowedTypes: formats.vmdkAllowedTypes };
      const formatsWanted = { declaredFormat, targetFormat: target };
      return convertImageFile({ from: data.path, to, ...formatsWanted, limits, signal, onProgress });
    };
    const converted = await this.transform(run, CONVERT, data, convert, { from: declaredFormat });
    if (converted === data) return data;
    await this.describe({ run, imageId }, [
      { kind: 'set_field', field: 'diskFormat', value: target },
      { kind: 'set_field', field: 'containerFormat', value: 'bare' },
    ]);
    return converted;
  }

  /** An earlier attempt may have described the image as converted; its file may be gone. */
  private async formatBefore(run: ImportWork['run'], imageId: string): Promise<string> {
    const known = run.outcomeOf(CONVERT)?.['from'];
    return typeof known === 'string' ? known : ((await this.images.stateOf(imageId)).diskFormat ?? 'raw');
  }

  /** Makes one file of another, once. `act` answers null when there is nothing to do; `note` goes on record. */
  private async transform(
    run: ImportWork['run'],
    step: string,
    data: FileData,
    act: (to: string) => Promise<Readonly<{ sizeBytes: number }> | null>,
    note: TaskInput = {},
  ): Promise<FileData> {
    const to = join(await run.folder(), step);
    const outcome = await run.once(
      step,
      async (known) => ((await isIntact(known, to)) ? known : null),
      async () => {
        const made = await makeFile(run, to, act);
        return made === null ? note : { ...note, file: basename(to), sizeBytes: made.sizeBytes };
      },
    );
    return typeof outcome['sizeBytes'] === 'number' ? new FileData(to, outcome['sizeBytes']) : data;
  }

  private async describe(
    { run, imageId }: Pick<ImportWork, 'run' | 'imageId'>,
    changes: readonly DescriptiveChange[],
  ): Promise<void> {
    await this.images.handle({ type: 'DescribeImport', imageId, taskId: run.taskId, changes }, run.context);
  }
}

/** Whether what a step made is still there: a worker on another machine may have another folder. */
const isIntact = async (outcome: Readonly<Record<string, unknown>>, file: string): Promise<boolean> =>
  outcome['sizeBytes'] === undefined || outcome['sizeBytes'] === (await sizeOf(file));
