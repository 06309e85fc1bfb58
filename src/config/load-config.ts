import { resolve } from 'node:path';
import type { AppConfig } from './app-config.js';
import { Assignments } from './assignments.js';
import { foldersBesideCache, readCache } from './cache-config.js';
import { ConfigError } from './config-error.js';
import { readEdge } from './edge-config.js';
import { readDatabasePath } from './database-config.js';
import { readIdentity } from './identity-config.js';
import { readKeyManager } from './key-manager-config.js';
import { judgeUnused } from './foreign-options.js';
import { limitOptions } from './limit-options.js';
import { readLimits } from './limits-config.js';
import { OptionReader } from './option-reader.js';
import type { CommandLineOptions } from './option-sources.js';
import { readCommandLine, readConfigFiles, readEnvironment } from './option-sources.js';
import { locationOptions } from './location-options.js';
import { generalOptions, healthcheckOptions, hindsightOptions, imageFormatOptions, allOptions } from './options.js';
import type { Pipeline } from './paste/flavor.js';
import { readPipeline } from './paste/read-pipeline.js';
import { readPolicy, readProperties, searchFolders } from './policy-config.js';
import { logOptions, serverOptions } from './server-options.js';
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
  /** Names the log in log_dir; default: glance-api. */
  program?: string;
}>;

/** `warnings` are for the log: options that have no effect. */
export type LoadedConfig = Readonly<{ config: AppConfig; warnings: readonly string[] }>;

/**
 * Reads the configuration, once at start.
 * @throws ConfigError naming every wrong option, with its group and what is allowed
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const files = readConfigFiles(sources);
  const others = [...readEnvironment(sources.environment), ...readCommandLine(sources.commandLine)];
  const chosen = readPipeline(
    new Assignments([...files, ...others], defaultTextOf),
    sources.files,
    sources.program === 'glance-registry' ? sources.program : 'glance-api',
  );
  const assignments = new Assignments([...files, ...chosen.assignments, ...others], defaultTextOf);
  const reader = new OptionReader(assignments);
  reader.warnings.push(...chosen.warnings);
  const config = readAppConfig(reader, sources, chosen.pipeline);
  markKnown(assignments);
  if (reader.problems.length > 0) throw new ConfigError([...new Set(reader.problems)]);
  const judged = judgeUnused(assignments.unused());
  if (judged.problems.length > 0) throw new ConfigError(judged.problems);
  return { config, warnings: [...reader.warnings, ...judged.warnings] };
}

/** Options of a mode that is not chosen are known all the same. */
function markKnown(assignments: Assignments): void {
  for (const { group, name, formerly } of allOptions) {
    assignments.find([group, name], ...(formerly ?? []));
  }
}

function defaultTextOf(group: string, name: string): string | undefined {
  const option = allOptions.find((candidate) => candidate.group === group && candidate.name === name);
  const value = option?.default;
  if (value === null) return '';
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : undefined;
}

function readAppConfig(reader: OptionReader, sources: ConfigSources, pipeline: Pipeline): AppConfig {
  const databasePath = readDatabasePath(reader);
  const dataDir = readDataDir(reader, databasePath);
  const stores = readStores(reader, dataDir);
  const folders = searchFolders(sources, dataDir);
  const stagingDir = readStagingDir(reader, dataDir);
  const identity = readIdentity(reader, dataDir, pipeline.identity);
  return {
    dataDir,
    databasePath,
    api: readApi(reader, stores.multiple, pipeline),
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
    log: readLog(reader, sources.program ?? 'glance-api'),
  };
}

function readApi(reader: OptionReader, multipleStores: boolean, { filters }: Pipeline): AppConfig['api'] {
  return {
    bindHost: reader.read(generalOptions.bindHost),
    bindPort: reader.read(generalOptions.bindPort),
    backlog: reader.read(serverOptions.backlog),
    tcpKeepIdleS: reader.read(serverOptions.tcpKeepidle),
    filters,
    httpKeepalive: reader.read(serverOptions.httpKeepalive),
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

/** Beside a database that is named, what belongs to it begins with its name. */
const readDataDir = (reader: OptionReader, databasePath: string | null): string =>
  databasePath === null || reader.isSet(hindsightOptions.dataDir)
    ? resolve(reader.read(hindsightOptions.dataDir))
    : `${databasePath}.data`;

function readLog(reader: OptionReader, program: string): AppConfig['log'] {
  const folder = reader.read(logOptions.logDir);
  const file = reader.read(generalOptions.logFile) ?? (folder === null ? null : `${program}.log`);
  return {
    level: reader.read(generalOptions.debug) ? 'debug' : reader.read(hindsightOptions.logLevel),
    file: file === null ? null : resolve(folder ?? '', file),
    stderr: reader.read(logOptions.useStderr),
  };
}
