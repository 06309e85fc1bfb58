import type { ConversionLimits } from '../../../src/conversion/qemu-img.js';

const MIB = 1024 * 1024;

/** What an operator allows who has changed nothing, but for the time. */
export const conversionLimits = (changed: Partial<ConversionLimits> = {}): ConversionLimits => ({
  qemuImg: 'qemu-img',
  timeoutS: 60,
  memoryBytes: 2048 * MIB,
  maxCompressionRatio: 1000,
  maxDecompressedBytes: 1024 * MIB,
  vmdkAllowedTypes: ['streamOptimized', 'monolithicSparse'],
  ...changed,
});
