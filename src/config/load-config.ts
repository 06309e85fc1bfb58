import { resolve } from 'node:path';
import type { AppConfig } from './app-config.js';
import { Assignments } from './assignments.js';
import { foldersBesideCache, readCache } from './cache-config.js';
import { ConfigError } from './config-error.js';
import { readEdge } from './edge-config.js';
import { readIdentity } from './identity-config.js';
import { readKeyManager } from './key-manager-config.js';
import { limitOptions } from './limit-options.js';
import { readLimits } from './limits-config.js';
import { OptionReader } from './option-reader.js';
import type { Assignment, CommandLineOptions } from './option-sources.js';
import { readCommandLine, readConfigFiles, readEnvironment } from './option-sources.js';
import { locationOptions } from './location-options.js';
import { generalOptions, healthcheckOptions, hindsightOptions, imageFormatOptions, allOptions } from './options.js';
import { readPolicy, readProperties, searchFolders } from './policy-config.js';
import { readStores } from './stores-config.js';
import { metadefOptions } from './metadef-options.js';
import { dutyOptions } from './task-options.js';
import { readConversion, readImports, readOutbound, readStagingDir, readTasks } from './tasks-config.js';

/** Where options come from; each source beats those before it. Relative paths start at the working directory. */
export type ConfigSources = Readonly<{
  files: readonly string[];
  directories: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  commandLine: CommandLineOptions;
}>;

/** `warnings` are for the log: options that have no effect. */
export type LoadedConfig = Readonly<{ config: AppConfig; warnings: readonly string[] }>;

/**
 * Reads the configuration, once at start.
 * @throws ConfigError naming every wrong option, with its group and what is allowed
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const assignments = new Assignments(
    [
      ...readConfigFiles(sources.files, sources.directories),
      ...readEnvironment(sources.environment),
      ...readCommandLine(sources.commandLine),
    ],
    defaultTextOf,
  );
  const reader = new OptionReader(assignments);
  const config = readAppConfig(reader, sources);
  markKnown(assignments);
  if (reader.problems.length > 0) throw new ConfigError([...new Set(reader.problems)]);
  return { config, warnings: [...reader.warnings, ...assignments.unused().map(unknownOption)] };
}

/** Options of a mode that is not chosen are known all the same. */
function markKnown(assignments: Assignments): void {
  for (const { group, name, formerly } of allOptions) {
    assignments.find(group, name);
    for (const [formerGroup, formerName] of formerly ?? []) assignments.find(formerGroup, formerName);
  }
}

function defaultTextOf(group: string, name: string): string | undefined {
  const option = allOptions.find((candidate) => candidate.group === group && candidate.name === name);
  const value = option?.default;
  if (value === null) return '';
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : undefined;
}

const unknownOption = ({ group, name, origin }: Assignment): string =>
  `[${group}] ${name} (${origin}) is not an option of this version and has no effect`;

function readAppConfig(reader: OptionReader, sources: ConfigSources): AppConfig {
  const dataDir = resolve(reader.read(hindsightOptions.dataDir));
  const stores = readStores(reader, dataDir);
  const folders = searchFolders(sources, dataDir);
  const stagingDir = readStagingDir(reader, dataDir);
  const identity = readIdentity(reader, dataDir);
  return {
    dataDir,
    api: readApi(reader, stores.multiple),
    edge: readEdge(reader),
    quotas: readQuotas(reader),
    limits: readLimits(reader),
    formats: {
      container: reader.read(imageFormatOptions.containerFormats),
      disk: reader.read(imageFormatOptions.diskFormats),
      requireMatch: reader.read(imageFormatOptions.requireImageFormatMatch),
      vmdkAllowedTypes: reader.read(imageFormatOptions.vmdkAllowedTypes),
    },
    hashingAlgorithm: reader.read(generalOptions.hashingAlgorithm),
    secureHash: {
      enabled: reader.read(locationOptions.doSecureHash),
      retries: reader.read(locationOptions.httpRetries),
    },
    deletion: {
      delayed: reader.read(generalOptions.delayedDelete),
      scrubTimeS: reader.read(generalOptions.scrubTime),
      wakeupTimeS: reader.read(generalOptions.wakeupTime),
      poolSize: reader.read(dutyOptions.scrubPoolSize),
      daemon: reader.read(dutyOptions.daemon),
    },
    tasks: readTasks(reader),
    imports: readImports(reader),
    outbound: readOutbound(reader),
    conversion: readConversion(reader),
    stagingDir,
    stores,
    cache: readCache(reader, foldersBesideCache(dataDir, stagingDir, stores)),
    policy: readPolicy(reader, folders),
    properties: readProperties(reader, folders),
    identity,
    keyManager: readKeyManager(reader, identity),
    metadataSourcePath: reader.read(metadefOptions.metadataSourcePath),
    uploads: { leaseS: reader.read(hindsightOptions.uploadLease), directIo: reader.read(hindsightOptions.directIo) },
    log: readLog(reader),
  };
}

function readApi(reader: OptionReader, multipleStores: boolean): AppConfig['api'] {
  return {
    bindHost: reader.read(generalOptions.bindHost),
    bindPort: reader.read(generalOptions.bindPort),
    publicEndpoint: reader.read(generalOptions.publicEndpoint),
    limitParamDefault: reader.read(generalOptions.limitParamDefault),
    apiLimitMax: reader.read(generalOptions.apiLimitMax),
    maxRequestIdLength: reader.read(generalOptions.maxRequestIdLength),
    clientSocketTimeoutS: reader.read(generalOptions.clientSocketTimeout),
    imageCacheDir: reader.read(generalOptions.imageCacheDir),
    enabledImportMethods: reader
      .read(generalOptions.enabledImportMethods)
      .filter((method) => multipleStores || method !== 'copy-image'),
    showMultipleLocations: reader.read(locationOptions.showMultipleLocations),
    showImageDirectUrl: reader.read(locationOptions.showImageDirectUrl),
    gracefulShutdownTimeoutS: reader.read(hindsightOptions.gracefulShutdownTimeout),
    healthcheckDisableFile: reader.read(healthcheckOptions.disableByFilePath),
    maxJsonBodyBytes: reader.read(hindsightOptions.maxJsonBody),
  };
}

function readQuotas(reader: OptionReader): AppConfig['quotas'] {
  return {
    properties: reader.read(generalOptions.imagePropertyQuota),
    tags: reader.read(generalOptions.imageTagQuota),
    members: reader.read(generalOptions.imageMemberQuota),
    locations: reader.read(generalOptions.imageLocationQuota),
    imageSizeCapBytes: reader.read(generalOptions.imageSizeCap),
    userStorageBytes: reader.read(limitOptions.useKeystoneLimits) ? 0 : reader.read(generalOptions.userStorageQuota),
  };
}

function readLog(reader: OptionReader): AppConfig['log'] {
  const file = reader.read(generalOptions.logFile);
  return {
    level: reader.read(generalOptions.debug) ? 'debug' : reader.read(hindsightOptions.logLevel),
    file: file === null ? null : resolve(file),
  };
}
