import { resolve } from 'node:path';
import type { ConversionConfig, ConvertedFormat } from '../config/app-config.js';
import { runBounded } from './bounded-process.js';
import type { ProcessLimits } from './bounded-process.js';
import { ConversionFailed, ConversionLimitExceeded, ConversionUnavailable } from './conversion.errors.js';
import { parseQemuImgInfo } from './qemu-img-info.js';
import type { QemuImgInfo } from './qemu-img-info.js';

/** What the operator allows, with the create types of VMDK files that may be opened. */
export type ConversionLimits = ConversionConfig & Readonly<{ vmdkAllowedTypes: readonly string[] }>;

/** What is converted to what; the new file is written anew when it exists. */
export type Conversion = Readonly<{
  from: string;
  fromFormat: string;
  to: string;
  toFormat: ConvertedFormat;
  signal: AbortSignal;
  /** Told the percentage that is done. */
  onProgress?: (percent: number) => void;
}>;

/** Our names of disk formats, and the names that the tool has for those it may read. */
const QEMU_FORMATS: ReadonlyMap<string, string> = new Map([
  ['raw', 'raw'],
  ['qcow2', 'qcow2'],
  ['vmdk', 'vmdk'],
  ['vdi', 'vdi'],
  ['vhd', 'vpc'],
  ['vhdx', 'vhdx'],
]);

const INFO_LIMITS: ProcessLimits = { cpuS: 2, memoryBytes: 1024 ** 3, fileBytes: 0, timeoutMs: 60_000 };
const NO_MEMORY = /cannot allocate memory|failed to allocate|could not allocate|out of memory/i;
const NO_ROOM = /no space left|quota exceeded/i;
const TOO_LARGE = /file too large/i;

/**
 * The tool that knows disk images. It opens hostile data, and is therefore told the format and never to guess it, gets
 * absolute paths only (which it takes for nothing but paths), and runs within limits. What it prints is for the log.
 */
export class QemuImg {
  constructor(private readonly limits: ConversionLimits) {}

  /**
   * Opens an image and makes sure that it is complete in itself.
   * @throws ConversionFailed, ConversionLimitExceeded, ConversionUnavailable; the signal's reason
   */
  async imageInfo(path: string, diskFormat: string, signal: AbortSignal): Promise<{ virtualSizeBytes: number }> {
    const format = qemuFormat(diskFormat);
    const timeoutMs = Math.min(INFO_LIMITS.timeoutMs, this.limits.timeoutS * 1000);
    const args = ['info', '-f', format, '--output=json', resolve(path)];
    const info = parseQemuImgInfo(await this.#run(args, { ...INFO_LIMITS, timeoutMs }, signal));
    this.#mustBeSafe(info, format);
    return { virtualSizeBytes: info.virtualSizeBytes };
  }

  /**
   * Writes the disk of an image into a new one. What comes of it has to be looked at again.
   * @throws as imageInfo
   */
  async convert({ from, fromFormat, to, toFormat, signal, onProgress }: Conversion): Promise<void> {
    const formats = ['-f', qemuFormat(fromFormat), '-O', qemuFormat(toFormat)];
    const { timeoutS, memoryBytes, maxDecompressedBytes } = this.limits;
    const limits = {
      cpuS: timeoutS,
      memoryBytes,
      fileBytes: withTables(maxDecompressedBytes),
      timeoutMs: timeoutS * 1000,
    };
    const onOutput = (text: string): void => {
      const percent = percentIn(text);
      if (percent !== null) onProgress?.(percent);
    };
    await this.#run(['convert', '-p', ...formats, resolve(from), resolve(to)], limits, signal, onOutput);
  }

  async #run(
    args: readonly string[],
    limits: ProcessLimits,
    signal: AbortSignal,
    onOutput?: (text: string) => void,
  ): Promise<string> {
    const process = { program: this.limits.qemuImg, args, limits, signal };
    const { exitCode, stdout, stderr } = await runBounded(onOutput === undefined ? process : { ...process, onOutput });
    if (exitCode !== 0 || stderr !== '') throw failure(exitCode, stderr);
    return stdout;
  }

  #mustBeSafe(info: QemuImgInfo, format: string): void {
    const { vmdkAllowedTypes } = this.limits;
    if (info.format !== format) throw new ConversionFailed('Image format mismatch', { detected: info.format });
    if (info.hasBackingFile) throw new ConversionFailed('The image has a backing file');
    if (info.hasDataFile) throw new ConversionFailed('The data of the image is in an external file');
    if (format === 'vmdk' && !vmdkAllowedTypes.includes(info.createType ?? '')) {
      throw new ConversionFailed('The type of the VMDK image is not allowed', { vmdkAllowedTypes });
    }
  }
}

function qemuFormat(diskFormat: string): string {
  const format = QEMU_FORMATS.get(diskFormat);
  if (format === undefined) throw new ConversionFailed(`Disk format ${diskFormat} cannot be converted`, { diskFormat });
  return format;
}

/** An image is a little larger than the disk in it. */
const withTables = (diskBytes: number): number => diskBytes + diskBytes / 64 + 64 * 1024 ** 2;

/** The tool repeats `(12.34/100%)` in one line. */
function percentIn(text: string): number | null {
  const last = [...text.matchAll(/\((\d+\.\d+)\/100%\)/g)].at(-1)?.[1];
  return last === undefined ? null : Number(last);
}

function failure(exitCode: number, stderr: string): Error {
  const options = { cause: new Error(`exit code ${exitCode}: ${stderr}`) };
  if (NO_ROOM.test(stderr)) return new ConversionUnavailable('There is no room for the converted image', {}, options);
  if (NO_MEMORY.test(stderr))
    return new ConversionLimitExceeded('The image needs more memory than allowed', {}, options);
  if (TOO_LARGE.test(stderr)) return new ConversionLimitExceeded('The image becomes larger than allowed', {}, options);
  return new ConversionFailed('The conversion tool refuses the image', {}, options);
}
