/** The whole configuration, validated once at start; see load-config.ts for the options that fill it. */
export type AppConfig = Readonly<{
  /** Where embedded databases, image data and generated credentials live. */
  dataDir: string;
  api: Readonly<{
    bindHost: string;
    bindPort: number;
    /** Base URL to put into documents and headers; null: the one the client used. No trailing slash. */
    publicEndpoint: string | null;
    limitParamDefault: number;
    apiLimitMax: number;
    maxRequestIdLength: number;
    /** Seconds without a byte in either direction until a connection is cut; 0: never. */
    clientSocketTimeoutS: number;
    /** Announces the API versions that know an image cache; null: they are left out. */
    imageCacheDir: string | null;
    enabledImportMethods: readonly string[];
    showMultipleLocations: boolean;
    showImageDirectUrl: boolean;
    /** Seconds that a stop waits for requests in flight. */
    gracefulShutdownTimeoutS: number;
    /** File whose existence makes /healthcheck answer 503; null: none. */
    healthcheckDisableFile: string | null;
    /** Largest JSON body, in bytes. */
    maxJsonBodyBytes: number;
  }>;
  quotas: Readonly<{
    properties: number;
    tags: number;
    members: number;
    locations: number;
    imageSizeCapBytes: number;
    /** Per owner, 0 = none. */
    userStorageBytes: number;
  }>;
  formats: Readonly<{ container: readonly string[]; disk: readonly string[]; requireMatch: boolean }>;
  hashingAlgorithm: string;
  deletion: Readonly<{ delayed: boolean; scrubTimeS: number; wakeupTimeS: number }>;
  stores: Readonly<{
    /** False: single-store mode, in which clients see neither store ids nor /v2/info/stores. */
    multiple: boolean;
    defaultId: string;
    backends: readonly StoreConfig[];
  }>;
  identity: IdentityConfig;
  uploads: Readonly<{
    /** A claim of a dead process is given up after this time. */
    leaseS: number;
    /** Bypass the page cache where the file system can. */
    directIo: boolean;
  }>;
  log: Readonly<{ level: 'debug' | 'info' | 'warn' | 'error'; file: string | null }>;
}>;

export type StoreConfig = Readonly<{
  id: string;
  type: 'file';
  description: string;
  weight: number;
  dataDir: string;
  chunkSizeBytes: number;
}>;

export type IdentityConfig =
  | Readonly<{ kind: 'builtin'; usersFile: string; cloudsFile: string; region: string; tokenLifetimeS: number }>
  | Readonly<{
      kind: 'keystone';
      authUrl: string;
      wwwAuthenticateUri: string;
      username: string;
      password: string;
      projectName: string;
      userDomainName: string;
      projectDomainName: string;
      cacheS: number;
      insecure: boolean;
      caFile: string | null;
    }>
  | Readonly<{ kind: 'headers'; allowRemote: boolean }>;

/** NestJS token. */
export const APP_CONFIG = Symbol('AppConfig');
