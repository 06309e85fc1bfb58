import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConversionConfig, ImportsConfig, OutboundConfig, TasksConfig } from './app-config.js';
import type { OptionReader } from './option-reader.js';
import { generalOptions } from './options.js';
import { conversionOptions, dutyOptions, importOptions, outboundOptions, taskOptions } from './task-options.js';

const TASK_TYPES = ['import', 'export', 'clone', 'api_image_import', 'location_import'];
/** The range of priorities that the queues know. */
const LOWEST_PRIORITY = 2 ** 21 - 1;

export function readTasks(reader: OptionReader): TasksConfig {
  const redisUrl = reader.read(taskOptions.redisUrl);
  return {
    timeToLiveHours: reader.read(taskOptions.timeToLive),
    concurrency: reader.read(taskOptions.maxWorkers),
    priorities: readPriorities(reader),
    attempts: reader.read(taskOptions.taskAttempts),
    redis: redisUrl === null ? null : { url: redisUrl, prefix: reader.read(taskOptions.redisPrefix) },
    legacyConversionFormat: reader.read(taskOptions.legacyConversionFormat) || null,
    exportTargets: reader.read(taskOptions.exportTargets),
  };
}

function readPriorities(reader: OptionReader): ReadonlyMap<string, number> {
  const priorities = new Map<string, number>();
  for (const [type, text] of reader.read(taskOptions.taskPriorities)) {
    const priority = /^\d{1,7}$/.test(text) ? Number(text) : 0;
    const known = TASK_TYPES.includes(type);
    if (!known) reader.refuse(taskOptions.taskPriorities, `names "${type}": must be one of ${TASK_TYPES.join(', ')}`);
    else if (priority < 1 || priority > LOWEST_PRIORITY)
      reader.refuse(taskOptions.taskPriorities, `gives ${type} "${text}": must be from 1 to ${LOWEST_PRIORITY}`);
    else priorities.set(type, priority);
  }
  return priorities;
}

export function readImports(reader: OptionReader): ImportsConfig {
  const plugins = reader.read(importOptions.plugins);
  const [converts, decompresses] = [plugins.indexOf('image_conversion'), plugins.indexOf('image_decompression')];
  if (converts !== -1 && decompresses > converts)
    reader.refuse(importOptions.plugins, 'has image_conversion first: must have image_decompression before it');
  return {
    plugins,
    maxParallelStores: reader.read(importOptions.maxParallelStores),
    inject: {
      ignoreUserRoles: reader.read(importOptions.injectIgnoreUserRoles),
      properties: reader.read(importOptions.inject),
    },
    conversionFormat: reader.read(importOptions.conversionFormat),
    remoteProperties: reader.read(importOptions.remoteProperties),
    remoteEndpoints: readEndpoints(reader),
  };
}

function readEndpoints(reader: OptionReader): ReadonlyMap<string, string> {
  const endpoints = reader.read(importOptions.remoteEndpoints);
  for (const [region, url] of endpoints) {
    if (/^https?:$/.test(URL.parse(url)?.protocol ?? '')) continue;
    reader.refuse(importOptions.remoteEndpoints, `gives ${region} "${url}": must be an http:// or https:// URL`);
  }
  return endpoints;
}

export function readOutbound(reader: OptionReader): OutboundConfig {
  return {
    allowedSchemes: reader.read(outboundOptions.allowedSchemes),
    disallowedSchemes: reader.read(outboundOptions.disallowedSchemes),
    allowedHosts: reader.read(outboundOptions.allowedHosts),
    disallowedHosts: reader.read(outboundOptions.disallowedHosts),
    allowedPorts: reader.read(outboundOptions.allowedPorts),
    disallowedPorts: reader.read(outboundOptions.disallowedPorts),
    localNetworks: reader.read(outboundOptions.localNetworks),
    stallTimeoutS: reader.read(outboundOptions.fetchTimeout),
    s3: {
      endpoint: reader.read(outboundOptions.s3Endpoint),
      region: reader.read(outboundOptions.s3Region),
      accessKey: reader.read(outboundOptions.s3AccessKey),
      secretKey: reader.read(outboundOptions.s3SecretKey),
    },
  };
}

export function readConversion(reader: OptionReader): ConversionConfig {
  return {
    qemuImg: reader.read(conversionOptions.qemuImg),
    timeoutS: reader.read(conversionOptions.conversionTimeout),
    memoryBytes: reader.read(conversionOptions.conversionMemory),
    maxCompressionRatio: reader.read(conversionOptions.maxCompressionRatio),
    maxDecompressedBytes:
      reader.read(conversionOptions.maxDecompressedSize) || reader.read(generalOptions.imageSizeCap),
  };
}

/** The reserved store's folder, else that of the older option, else one in the data folder. */
export function readStagingDir(reader: OptionReader, dataDir: string): string {
  const folder = reader.read(importOptions.stagingDir);
  if (folder !== null) return resolve(folder);
  const uri = reader.read(dutyOptions.nodeStagingUri);
  const path = (uri === null ? null : stagingPathOf(uri, reader)) ?? join(dataDir, 'staging');
  reader.settle(importOptions.stagingDir, path, uri === null ? '[hindsight] data_dir' : 'node_staging_uri');
  return path;
}

function stagingPathOf(uri: string, reader: OptionReader): string | null {
  try {
    return resolve(fileURLToPath(uri));
  } catch {
    reader.refuse(dutyOptions.nodeStagingUri, `= "${uri}": must be a file:// URL of a folder`);
    return null;
  }
}
