/** The whole configuration, validated once at start; see load-config.ts for the options that fill it. */
export type AppConfig = Readonly<{
  /** Where embedded databases, image data and generated credentials live. */
  dataDir: string;
  /** Path of a database file that names those of this service; null: they are in the data folder. */
  databasePath: string | null;
  /** Server that keeps the events; null: they are in a file of this machine. */
  eventStore: EventStoreConfig | null;
  /** Server that has the read models; null: they are in a file of this machine. */
  databaseServer: DatabaseServerConfig | null;
  /** How the log is signed. */
  audit: Readonly<{
    /** PEM file of the keys. */
    keyFile: string;
    /** A missing file is made. */
    makesKey: boolean;
    /** Where checkpoints stand outside the log; null: nowhere. */
    checkpointFile: string | null;
    /** Events, or seconds after an event, after which a checkpoint is signed. */
    maxEvents: number;
    maxAgeS: number;
  }>;
  api: Readonly<{
    bindHost: string;
    bindPort: number;
    /** Processes that listen there; up to 1: only the one that was started. */
    workers: number;
    /** Connections that may wait to be accepted. */
    backlog: number;
    /** Seconds without traffic until the system probes a connection. */
    tcpKeepIdleS: number;
    /** False: each connection is closed after one answer. */
    httpKeepalive: boolean;
    /** Base URL to put into documents and headers; null: the one the client used. No trailing slash. */
    publicEndpoint: string | null;
    limitParamDefault: number;
    apiLimitMax: number;
    maxRequestIdLength: number;
    /** Seconds without a byte in either direction until a connection is cut; 0: never. */
    clientSocketTimeoutS: number;
    /** With it the API versions are announced that know an image cache; null: they are left out. */
    imageCacheDir: string | null;
    enabledImportMethods: readonly string[];
    showMultipleLocations: boolean;
    showImageDirectUrl: boolean;
    /** Seconds that a process which is to stop goes on taking requests, while /healthcheck says that it leaves. */
    shutdownDelayS: number;
    /** Seconds that a stop waits for requests in flight. */
    gracefulShutdownTimeoutS: number;
    /** File whose existence makes /healthcheck answer 503; null: none. */
    healthcheckDisableFile: string | null;
    /** Largest JSON body, in bytes. */
    maxJsonBodyBytes: number;
  }>;
  /** Where a process that serves no API tells how it is; null: nowhere. */
  status: Readonly<{ host: string; port: number }> | null;
  edge: Readonly<{
    /** Who has no valid token may read as nobody. */
    allowAnonymous: boolean;
    /** Believe what a proxy says about the URL that its client used. */
    proxyHeaders: boolean;
    gzipResponses: boolean;
    /** By origin; empty: browsers get no leave to use the API from other sites. */
    cors: ReadonlyMap<string, CorsRule>;
  }>;
  quotas: Readonly<{
    properties: number;
    tags: number;
    members: number;
    locations: number;
    imageSizeCapBytes: number;
    /** Per owner, 0 = none; also with unified limits, which take its place. */
    userStorageBytes: number;
  }>;
  /** Unified limits of Keystone; null: there are none. */
  limits: LimitsConfig | null;
  keyManager: Readonly<{
    /** Where certificates are, instead of in Barbican; null: they are not. */
    certificateDir: string | null;
    /** Null: there is none. */
    barbican: BarbicanConfig | null;
  }>;
  formats: Readonly<{
    container: readonly string[];
    disk: readonly string[];
    requireMatch: boolean;
    /** Create types of VMDK files that may be converted. */
    vmdkAllowedTypes: readonly string[];
  }>;
  hashingAlgorithm: string;
  /** Whether data at registered locations is read to compute its hashes, and how often that is tried anew. */
  secureHash: Readonly<{ enabled: boolean; retries: number }>;
  deletion: Readonly<{
    delayed: boolean;
    scrubTimeS: number;
    wakeupTimeS: number;
    /** Images that are scrubbed at a time. */
    poolSize: number;
    /** The role scrubber stays instead of ending after one pass. */
    daemon: boolean;
  }>;
  tasks: TasksConfig;
  imports: ImportsConfig;
  outbound: OutboundConfig;
  conversion: ConversionConfig;
  /** Folder where data waits for its import and tasks keep their files. */
  stagingDir: string;
  stores: Readonly<{
    /** False: single-store mode, in which clients see neither store ids nor /v2/info/stores. */
    multiple: boolean;
    defaultId: string;
    backends: readonly StoreConfig[];
  }>;
  /** Null: none is kept. */
  cache: CacheConfig | null;
  /** Null: none are sent. */
  notifications: NotificationsConfig | null;
  webhooks: readonly WebhookConfig[];
  identity: IdentityConfig;
  policy: PolicyConfig;
  properties: Readonly<{
    /** Who may do what with which custom properties; null: everybody everything. Absolute, or below one of the folders. */
    protectionFile: string | null;
    protectionFormat: 'roles' | 'policies';
    /** Where this file and schema-image.json are looked for, the first that has them counts. */
    folders: readonly string[];
  }>;
  /** File or folder that `metadefs load` reads and `metadefs export` writes; null: what comes with the program. */
  metadataSourcePath: string | null;
  uploads: Readonly<{
    /** A claim of a dead process is given up after this time. */
    leaseS: number;
    /** Bypass the page cache where the file system can. */
    directIo: boolean;
  }>;
  log: Readonly<{
    level: 'debug' | 'info' | 'warn' | 'error';
    /** Null: standard output. */
    file: string | null;
    /** Standard error, beside the file or instead of standard output. */
    stderr: boolean;
  }>;
}>;

export type EventStoreConfig = PostgresServerConfig | KurrentDbConfig;

export type PostgresServerConfig = Readonly<{
  kind: 'postgresql';
  /** With the password. */
  url: string;
}>;

/** A KurrentDB, or an EventStoreDB, as it was called before. */
export type KurrentDbConfig = KurrentDbConnection &
  Readonly<{
    kind: 'kurrentdb';
    /** What the names of this service's streams begin with. */
    streamPrefix: string;
  }>;

/** What a connection string of KurrentDB says. */
export type KurrentDbConnection = Readonly<{
  hosts: readonly Readonly<{ address: string; port: number }>[];
  /** How the leader of a cluster is found: by asking these hosts, or those that one name stands for. */
  discovery: 'none' | 'gossip' | 'dns';
  credentials: Readonly<{ username: string; password: string }> | null;
  /** Null: nothing is encrypted. Files are in PEM; without `caFile` the system's certificates are trusted. */
  tls: Readonly<{ caFile: string | null; certFile: string | null; keyFile: string | null }> | null;
  /** What the server's logs call this program; null: a random name. */
  connectionName: string | null;
  /** How long an answer may take. */
  deadlineMs: number;
  /** -1: never is looked whether an idle connection still works. */
  keepAliveIntervalMs: number;
  keepAliveTimeoutMs: number;
  maxDiscoverAttempts: number;
  discoveryIntervalMs: number;
  gossipTimeoutS: number;
}>;

/** A database on a server, as `[database] connection` names it. */
export type DatabaseServerConfig = PostgresServerConfig | MysqlServerConfig;

/** A MySQL or MariaDB. */
export type MysqlServerConfig = Readonly<{
  kind: 'mysql';
  host: string;
  port: number;
  /** Unix socket in the place of host and port; null: none. */
  socketPath: string | null;
  user: string;
  password: string;
  database: string;
  /** Null: nothing is encrypted. */
  tls: MysqlTlsConfig | null;
}>;

/** Files are in PEM; without `caFile` the certificates that the runtime trusts count. */
export type MysqlTlsConfig = Readonly<{
  /** What of the server's certificate is checked: nothing, who issued it, or also that it is for this host. */
  verifies: 'nothing' | 'issuer' | 'host';
  caFile: string | null;
  certFile: string | null;
  keyFile: string | null;
}>;

/** What every store has. */
type AnyStoreConfig = Readonly<{
  id: string;
  description: string;
  weight: number;
  /** What the tasks of one worker process may write to it, in bytes per second; 0: no limit. */
  taskWriteBytesPerS: number;
  /** Tasks of one worker process that may write to it at a time; 0: no limit. */
  taskWriteConcurrency: number;
}>;

export type FileStoreConfig = AnyStoreConfig &
  Readonly<{
    type: 'file';
    /** Of several, new data goes to one with the largest priority that has room. */
    dataDirs: readonly Readonly<{ path: string; priority: number }>[];
    chunkSizeBytes: number;
    /** Mode of the files; null: as the umask has it. */
    filePermissions: number | null;
    /** Leave holes where data is only zeros. */
    thinProvisioning: boolean;
    /** What locations tell of the file system that their data is on. */
    mounts: readonly StoreMount[];
  }>;

/** Where a file system is mounted that clients may know, too. */
export type StoreMount = Readonly<{ id: string; mountpoint: string }> & Readonly<Record<string, unknown>>;

/** Data that other web servers have, which is only read. */
export type HttpStoreConfig = AnyStoreConfig &
  Readonly<{
    type: 'http';
    /** Ask servers whose certificate cannot be verified. */
    insecure: boolean;
    /** Certificates to trust instead of the system's, in PEM; they are verified also with `insecure`. */
    caFile: string | null;
  }>;

export type StoreConfig = FileStoreConfig | HttpStoreConfig;

/** The cache of image data on this machine. */
export type CacheConfig = Readonly<{
  dir: string;
  /** Where the bookkeeping is: a file in the folder, or the read-model database, for all nodes together. */
  ledger: Readonly<{ kind: 'file'; path: string }> | Readonly<{ kind: 'shared'; nodeUrl: string }>;
  maxSizeBytes: number;
  stallTimeS: number;
  /** Images of which stores are cached when they are downloaded. */
  stores: 'remote' | 'all';
  /** Copies that downloads make at a time. */
  maxFills: number;
  /** Downloads are served from it, and leave copies. */
  downloads: boolean;
  /** Serves /v2/cached_images and /v2/queued_images too. */
  managementApi: boolean;
}>;

export type TasksConfig = Readonly<{
  /** How long a task is shown after it has ended. */
  timeToLiveHours: number;
  /** Tasks that one process does at a time. */
  concurrency: number;
  /** By type of task; 1 comes first. */
  priorities: ReadonlyMap<string, number>;
  /** How often a task is tried whose failure may heal. */
  attempts: number;
  /** Where jobs are shared; null: each process does its own. */
  redis: Readonly<{ url: string; prefix: string }> | null;
  /** Disk format that legacy imports are converted to; null: as they come. */
  legacyConversionFormat: ConvertedFormat | null;
  /** What the URLs of exports may begin with. */
  exportTargets: readonly string[];
}>;

/** Disk formats that data can be converted to. */
export type ConvertedFormat = 'raw' | 'qcow2' | 'vmdk';

export type ImportPlugin = 'no_op' | 'inject_image_metadata' | 'image_decompression' | 'image_conversion';

export type ImportsConfig = Readonly<{
  plugins: readonly ImportPlugin[];
  maxParallelStores: number;
  inject: Readonly<{ ignoreUserRoles: readonly string[]; properties: ReadonlyMap<string, string> }>;
  conversionFormat: ConvertedFormat;
  /** glance-download copies properties whose names begin with one of these. */
  remoteProperties: readonly string[];
  /** Image services by region. */
  remoteEndpoints: ReadonlyMap<string, string>;
}>;

/** What the service may ask of other servers; an allow list that is not empty makes its deny list ineffective. */
export type OutboundConfig = Readonly<{
  allowedSchemes: readonly string[];
  disallowedSchemes: readonly string[];
  allowedHosts: readonly string[];
  disallowedHosts: readonly string[];
  allowedPorts: readonly number[];
  disallowedPorts: readonly number[];
  /** CIDR networks that are fetched from although they are loopback or link-local. */
  localNetworks: readonly string[];
  /** Seconds without a byte until a transfer is broken off. */
  stallTimeoutS: number;
  s3: Readonly<{ endpoint: string | null; region: string; accessKey: string | null; secretKey: string | null }>;
}>;

/** What is told to other systems under the names that oslo.messaging has for it. */
export type NotificationsConfig = Readonly<{
  drivers: readonly ('messagingv2' | 'messaging' | 'log' | 'noop')[];
  /** First parts of routing keys. */
  topics: readonly string[];
  publisherId: string;
  /** Types, or what stands before their first dot. */
  disabled: readonly string[];
  /** Attempts after the first until a notification is given up; null: it never is. */
  retries: number | null;
  /** Null: no driver needs one. */
  broker: BrokerConfig | null;
}>;

/** A RabbitMQ, or several that stand for each other. */
export type BrokerConfig = Readonly<{
  /** Group and name of the option that names it. */
  option: string;
  hosts: readonly Readonly<{ hostname: string; port: number; username: string; password: string }>[];
  virtualHost: string;
  exchange: string;
  /** How exchange and queues are declared. */
  durable: boolean;
  autoDelete: boolean;
  queueArguments: Readonly<Record<string, string | number>>;
  /** Of the bodies of messages; null: none. */
  compression: 'gzip' | null;
  tls: Readonly<{
    /** In PEM; null: those that the runtime trusts. */
    caFile: string | null;
    certFile: string | null;
    keyFile: string | null;
    /** The certificate must name the host. */
    verifiesHost: boolean;
  }> | null;
  /** 0: none. */
  heartbeatS: number;
  loginMethod: 'PLAIN' | 'AMQPLAIN' | 'EXTERNAL';
  /** After a failure, any other host is next instead of the one behind it in the list. */
  shufflesHosts: boolean;
  /** Between attempts: the first, by how much each is longer than the one before, and the longest. */
  pauses: Readonly<{ firstS: number; growthS: number; longestS: number }>;
}>;

/** A server that is told of events by POST. */
export type WebhookConfig = Readonly<{
  name: string;
  url: string;
  /** Keys that requests are signed with, each of them: an old one and its successor. */
  keys: readonly Uint8Array[];
  /** Types of events that it wants; empty: all. */
  eventTypes: readonly string[];
  /** Projects whose images it wants to know of; empty: all. */
  projects: readonly string[];
  /** Until a request must have been answered. */
  timeoutS: number;
  /** Requests for one event until it is given up. */
  attempts: number;
  /** Longest pause between them. */
  longestPauseS: number;
  /** Certificates to trust instead of those that the system knows, in PEM. */
  caFile: string | null;
}>;

/** Limits of the tools that decompress and convert. */
export type ConversionConfig = Readonly<{
  qemuImg: string;
  timeoutS: number;
  memoryBytes: number;
  maxCompressionRatio: number;
  maxDecompressedBytes: number;
}>;

/** Policy rules that differ from the defaults. */
export type PolicyConfig = Readonly<{
  /** Names of the file of rules; the first that exists counts. */
  files: readonly string[];
  /** Names of folders of further files. */
  directories: readonly string[];
  /** Where these names are looked for, the first that has them counts. */
  folders: readonly string[];
  /** Rule that answers in the place of rules that there are not. */
  defaultRule: string;
  /** False: defaults allow in addition what they allowed before there were roles for reading and writing. */
  enforceNewDefaults: boolean;
  /** A system-scoped token is refused whatever the rules say. */
  enforceScope: boolean;
  /** How servers are asked that rules name. */
  remote: Readonly<{
    contentType: 'application/x-www-form-urlencoded' | 'application/json';
    timeoutS: number;
    verifyServer: boolean;
    caFile: string | null;
    clientCertificateFile: string | null;
    clientKeyFile: string | null;
  }>;
}>;

export type IdentityConfig =
  | Readonly<{ kind: 'builtin'; usersFile: string; cloudsFile: string; region: string; tokenLifetimeS: number }>
  | Readonly<{
      kind: 'keystone';
      authUrl: string;
      wwwAuthenticateUri: string;
      username: string;
      password: string;
      /** Logs in instead of a user with a password. */
      applicationCredential?: ApplicationCredential;
      projectName: string;
      userDomainName: string;
      projectDomainName: string;
      /** Ids, which come before the names where they are set. */
      ids: Readonly<{
        user: string | null;
        userDomain: string | null;
        project: string | null;
        projectDomain: string | null;
      }>;
      /** Roles of services whose token lets a user's expired one pass, lower-case. */
      serviceTokenRoles: readonly string[];
      /** Service tokens without one of these roles are as good as none. */
      serviceTokenRolesRequired: boolean;
      timeoutS: number;
      cacheS: number;
      insecure: boolean;
      caFile: string | null;
    }>
  /** Who is calling stands in headers. */
  | Readonly<{ kind: 'headers'; allowRemote: boolean }>
  /** Every token `user:project:role[,role]` is believed. For tests. */
  | Readonly<{ kind: 'fakeauth'; allowRemote: boolean }>
  /** Everybody is an administrator. */
  | Readonly<{ kind: 'none'; allowRemote: boolean }>;

/** What a user has made for a program to log in with, by its id or by its name among the user's. */
export type ApplicationCredential = Readonly<{ secret: string } & ({ id: string } | { name: string })>;

type KeystoneDomain = Readonly<{ id: string } | { name: string }>;

/** How limits are read from a Keystone. */
export type LimitsConfig = Readonly<{
  authUrl: string;
  /** Where limits are read, if not where the service logs in. */
  readUrl: string | null;
  user: Readonly<{ id: string } | { name: string; domain: KeystoneDomain }>;
  password: string;
  /** Logs in instead of that user, for what it is made for. */
  applicationCredential?: ApplicationCredential;
  scope: Readonly<
    | { project: Readonly<{ id: string } | { name: string; domain: KeystoneDomain }> }
    | { domain: KeystoneDomain }
    | { system: Readonly<{ all: true }> }
  >;
  /** This service in Keystone's catalogue. */
  endpoint: Readonly<{
    id: string | null;
    serviceType: string;
    serviceName: string | null;
    region: string | null;
    interface: string;
  }>;
  cacheS: number;
  timeoutS: number;
  insecure: boolean;
  caFile: string | null;
}>;

/** What web pages of some origins may do. */
export type CorsRule = Readonly<{
  allowCredentials: boolean;
  exposeHeaders: readonly string[];
  maxAgeS: number;
  allowMethods: readonly string[];
  allowHeaders: readonly string[];
}>;

export type BarbicanConfig = Readonly<{
  /** Null: where the catalogue of the caller says. */
  endpoint: string | null;
  /** Keystone whose catalogue that is. */
  authUrl: string;
  apiVersion: string;
  interface: string;
  region: string | null;
  verifyTls: boolean;
  caFile: string | null;
}>;

/** NestJS token. */
export const APP_CONFIG = Symbol('AppConfig');
