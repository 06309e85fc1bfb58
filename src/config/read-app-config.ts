import { resolve } from 'node:path';
import type { AppConfig } from './app-config.js';
import { readAudit } from './audit-config.js';
import { foldersBesideCache, readCache } from './cache-config.js';
import { readDatabase } from './database-config.js';
import { readEdge } from './edge-config.js';
import { readEventStore } from './event-store-config.js';
import type { ConfigFiles } from './find-config-files.js';
import { readIdentity } from './identity-config.js';
import { readKeyManager } from './key-manager-config.js';
import { limitOptions } from './limit-options.js';
import { readLimits } from './limits-config.js';
import { locationOptions } from './location-options.js';
import { metadefOptions } from './metadef-options.js';
import { readNotifications } from './notifications-config.js';
import type { OptionReader } from './option-reader.js';
import { generalOptions, healthcheckOptions, hindsightOptions, imageFormatOptions } from './options.js';
import type { Pipeline } from './paste/flavor.js';
import { readPolicy, readProperties, searchFolders } from './policy-config.js';
import { logOptions, serverOptions } from './server-options.js';
import { readStores } from './stores-config.js';
import { dutyOptions } from './task-options.js';
import { readWebhooks } from './webhooks-config.js';
import { readConversion, readImports, readOutbound, readStagingDir, readTasks } from './tasks-config.js';

type Sources = ConfigFiles & Readonly<{ program?: string | undefined }>;

/** Reads all options that count; what is wrong is noted by the reader, and has its default then. */
export function readAppConfig(reader: OptionReader, sources: Sources, pipeline: Pipeline): AppConfig {
  const { path: databasePath, server: databaseServer } = readDatabase(reader);
  const dataDir = readDataDir(reader, databasePath);
  const stores = readStores(reader, dataDir);
  const folders = searchFolders(sources, dataDir);
  const stagingDir = readStagingDir(reader, dataDir);
  const identity = readIdentity(reader, dataDir, pipeline.identity);
  return {
    dataDir,
    databasePath,
    databaseServer,
    eventStore: readEventStore(reader) ?? (databaseServer?.kind === 'postgresql' ? databaseServer : null),
    audit: readAudit(reader, dataDir),
    api: readApi(reader, stores.multiple),
    status: readStatus(reader),
    edge: readEdge(reader, pipeline),
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
    cache: readCache(reader, foldersBesideCache(dataDir, stagingDir, stores), pipeline),
    notifications: readNotifications(reader),
    webhooks: readWebhooks(reader),
    policy: readPolicy(reader, folders),
    properties: readProperties(reader, folders),
    identity,
    keyManager: readKeyManager(reader, identity),
    metadataSourcePath: reader.read(metadefOptions.metadataSourcePath),
    uploads: { leaseS: reader.read(hindsightOptions.uploadLease), directIo: reader.read(hindsightOptions.directIo) },
    log: readLog(reader, sources.program ?? 'glance-api'),
  };
}

function readApi(reader: OptionReader, multipleStores: boolean): AppConfig['api'] {
  return {
    bindHost: reader.read(generalOptions.bindHost),
    bindPort: reader.read(generalOptions.bindPort),
    workers: reader.read(generalOptions.workers),
    backlog: reader.read(serverOptions.backlog),
    tcpKeepIdleS: reader.read(serverOptions.tcpKeepidle),
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
    shutdownDelayS: reader.read(serverOptions.shutdownDelay),
    gracefulShutdownTimeoutS: reader.read(hindsightOptions.gracefulShutdownTimeout),
    healthcheckDisableFile: reader.read(healthcheckOptions.disableByFilePath),
    maxJsonBodyBytes: reader.read(hindsightOptions.maxJsonBody),
  };
}

function readStatus(reader: OptionReader): AppConfig['status'] {
  const [host, port] = [reader.read(generalOptions.bindHost), reader.read(serverOptions.statusPort)];
  return port === 0 ? null : { host, port };
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
function readDataDir(reader: OptionReader, databasePath: string | null): string {
  const dataDir = reader.read(hindsightOptions.dataDir);
  if (databasePath === null || reader.isSet(hindsightOptions.dataDir)) return resolve(dataDir);
  const beside = `${databasePath}.data`;
  reader.settle(hindsightOptions.dataDir, beside, '[database] connection');
  return beside;
}

function readLog(reader: OptionReader, program: string): AppConfig['log'] {
  const folder = reader.read(logOptions.logDir);
  const file = reader.read(generalOptions.logFile) ?? (folder === null ? null : `${program}.log`);
  return {
    level: reader.read(generalOptions.debug) ? 'debug' : reader.read(hindsightOptions.logLevel),
    file: file === null ? null : resolve(folder ?? '', file),
    stderr: reader.read(logOptions.useStderr),
  };
}
