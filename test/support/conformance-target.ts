import { writeFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeWithBackend } from './backends.js';
import { newCast } from './callers.js';
import type { Cast, TestCaller } from './callers.js';
import { imageFilesBelow } from './image-files.js';
import { ImageSession } from './image-session.js';
import { PROPERTY_PROTECTIONS } from './property-protections.js';
import { Service } from './service.js';
import type { ServiceEnvironment } from './service.js';
import { LOCAL_WEB_SERVERS, twoFileStores } from './service-options.js';

/** A host that the configuration "web-import" forbids; its address is set aside for documents. */
export const FORBIDDEN_HOST = '198.51.100.66';

const KEYSTONE = process.env['HINDSIGHT_TEST_KEYSTONE'] ?? '';

const twoStores = (dataDir: string): ServiceEnvironment => ({
  ...twoFileStores(dataDir),
  OS_FAST__STORE_DESCRIPTION: 'first file store',
  OS_SLOW__STORE_DESCRIPTION: 'second file store',
});

/** Stores that a case can break, and one that is only read. A task is not tried again. */
const manyStores = (dataDir: string): ServiceEnvironment => ({
  ...twoStores(dataDir),
  OS_DEFAULT__ENABLED_BACKENDS: 'fast:file,slow:file,cheap:file,web:http',
  OS_CHEAP__FILESYSTEM_STORE_DATADIR: join(dataDir, 'cheap'),
  OS_HINDSIGHT__TASK_ATTEMPTS: '1',
});

const webImport = (dataDir: string): ServiceEnvironment => ({
  ...twoStores(dataDir),
  OS_DEFAULT__ENABLED_IMPORT_METHODS: '[glance-direct,web-download,copy-image,glance-download]',
  ...LOCAL_WEB_SERVERS,
  OS_IMPORT_FILTERING_OPTS__DISALLOWED_HOSTS: `[${FORBIDDEN_HOST}]`,
});

/** Reads files that stand in the data folder, for no configuration file is named. */
const withFile = (name: string, text: string, environment: (dataDir: string) => ServiceEnvironment) => {
  return (dataDir: string): ServiceEnvironment => {
    writeFileSync(join(dataDir, name), text);
    return environment(dataDir);
  };
};

const protectedProperties = withFile('property-protections.conf', PROPERTY_PROTECTIONS, (dataDir) => ({
  ...webImport(dataDir),
  OS_DEFAULT__PROPERTY_PROTECTION_FILE: 'property-protections.conf',
}));

/** As the sample that Glance is shipped with types them, in short; one must be given. */
const TYPED_PROPERTIES = JSON.stringify({
  properties: {
    kernel_id: { type: ['null', 'string'], pattern: '^[0-9a-f-]{36}$', description: 'Image of the kernel' },
    os_distro: { description: 'Name of the distribution', type: 'string' },
    purpose: { type: 'string', enum: ['test', 'production'] },
  },
  required: ['purpose'],
});

/** Limits as test/support/keystone/provision.py registers them in a real Keystone; callers are known by their headers. */
const unifiedLimits = (dataDir: string): ServiceEnvironment => {
  const { url, service, limits } = JSON.parse(KEYSTONE) as Readonly<{
    url: string;
    service: Readonly<{ username: string; password: string }>;
    limits: Readonly<{ endpointId: string }>;
  }>;
  return {
    ...webImport(dataDir),
    OS_DEFAULT__ENABLED_BACKENDS: 'fast:file,slow:file,web:http',
    OS_DEFAULT__SHOW_MULTIPLE_LOCATIONS: 'true',
    OS_DEFAULT__USER_STORAGE_QUOTA: '1', // without effect beside the limits
    OS_DEFAULT__USE_KEYSTONE_LIMITS: 'true',
    OS_OSLO_LIMIT__AUTH_URL: url,
    OS_OSLO_LIMIT__AUTH_TYPE: 'password',
    OS_OSLO_LIMIT__USERNAME: service.username,
    OS_OSLO_LIMIT__PASSWORD: service.password,
    OS_OSLO_LIMIT__USER_DOMAIN_NAME: 'Default',
    OS_OSLO_LIMIT__SYSTEM_SCOPE: 'all',
    OS_OSLO_LIMIT__ENDPOINT_ID: limits.endpointId,
  };
};
/** Locations are shown and changed; data of web servers can be registered. */
const locations = (dataDir: string): ServiceEnvironment => ({
  ...webImport(dataDir),
  OS_DEFAULT__ENABLED_BACKENDS: 'fast:file,slow:file,web:http',
  OS_WEB__STORE_DESCRIPTION: 'read-only http store',
  OS_FAST__WEIGHT: '20',
  OS_SLOW__WEIGHT: '10',
  OS_DEFAULT__SHOW_MULTIPLE_LOCATIONS: 'true',
  OS_DEFAULT__SHOW_IMAGE_DIRECT_URL: 'true',
  OS_HINDSIGHT__TASK_ATTEMPTS: '1',
});

/** The configurations that conformance cases ask for. */
const PROFILES = {
  default: twoStores,
  cache: (dataDir: string) => ({ ...twoStores(dataDir), OS_DEFAULT__IMAGE_CACHE_DIR: join(dataDir, 'cache') }),
  'central-cache': (dataDir: string) => ({
    ...twoStores(dataDir),
    OS_DEFAULT__IMAGE_CACHE_DIR: join(dataDir, 'cache'),
    OS_DEFAULT__IMAGE_CACHE_DRIVER: 'centralized_db',
    OS_DEFAULT__WORKER_SELF_REFERENCE_URL: 'http://node-one:9292',
    OS_HINDSIGHT__IMAGE_CACHE_MANAGEMENT_API: 'true',
  }),
  'public-endpoint': (dataDir: string) => ({ ...twoStores(dataDir), OS_DEFAULT__PUBLIC_ENDPOINT: 'http://lb/image' }),
  'single-store': (dataDir: string) => ({ OS_GLANCE_STORE__FILESYSTEM_STORE_DATADIR: join(dataDir, 'images') }),
  'size-cap': (dataDir: string) => ({ ...twoStores(dataDir), OS_DEFAULT__IMAGE_SIZE_CAP: '1000' }),
  'storage-quota': (dataDir: string) => ({ ...twoStores(dataDir), OS_DEFAULT__USER_STORAGE_QUOTA: '1KB' }),
  'many-stores': manyStores,
  'web-import': webImport,
  'unified-limits': unifiedLimits,
  'protected-properties': protectedProperties,
  locations,
  'typed-properties': withFile('schema-image.json', TYPED_PROPERTIES, twoStores),
  'no-staging': (dataDir: string) => ({
    ...twoStores(dataDir),
    OS_DEFAULT__ENABLED_IMPORT_METHODS: '[web-download]',
  }),
  'delayed-delete': (dataDir: string) => ({
    ...twoStores(dataDir),
    OS_DEFAULT__DELAYED_DELETE: 'true',
    OS_DEFAULT__SCRUB_TIME: '5',
    OS_DEFAULT__WAKEUP_TIME: '1',
  }),
} satisfies Record<string, (dataDir: string) => ServiceEnvironment>;

type Profile = keyof typeof PROFILES;

/** What a configuration needs that not every machine has. */
const NEEDS: Partial<Record<Profile, Readonly<{ backend: string; isPresent: boolean }>>> = {
  'unified-limits': { backend: 'Keystone', isPresent: KEYSTONE !== '' },
};

const variable = (name: string, profile: Profile): string | undefined =>
  process.env[profile === 'default' ? name : `${name}_${profile.toUpperCase().replaceAll('-', '_')}`];

const isDifferentialRun = (): boolean => process.env['HINDSIGHT_CONFORMANCE_URL'] !== undefined;

/** The server that conformance cases run against, and what a case needs around it. */
class ConformanceTarget {
  private service: Service | null = null;
  private readonly published = new Set<string>();
  private readonly broken = new Set<string>();

  constructor(private readonly profile: Profile) {}

  /** Somebody else's server: its files may be out of reach. */
  readonly external = isDifferentialRun();

  get url(): string {
    const url = this.external ? variable('HINDSIGHT_CONFORMANCE_URL', this.profile) : this.service?.url;
    if (url === undefined) throw new Error('no server was started for this suite');
    return url;
  }

  async start(): Promise<void> {
    if (this.external || this.service !== null) return;
    const environment = (dataDir: string) => ({
      OS_HINDSIGHT__IDENTITY: 'fakeauth',
      ...PROFILES[this.profile](dataDir),
    });
    this.service = await Service.start({ environment });
  }

  async stop(): Promise<void> {
    await this.service?.remove();
  }

  /** A session of a caller; null: without any credentials. */
  as(caller: TestCaller | null): ImageSession {
    return new ImageSession(
      () => this.url,
      caller,
      (id) => this.published.add(id),
    );
  }

  /** Sessions for all callers of one case, in projects that nobody else uses. */
  cast(): { [Role in keyof Cast]: ImageSession } & { projects: { [Role in keyof Cast]: string } } {
    const cast = newCast();
    const each = <T>(make: (caller: TestCaller) => T) =>
      Object.fromEntries(Object.entries(cast).map(([role, caller]) => [role, make(caller)])) as {
        [Role in keyof Cast]: T;
      };
    return { ...each((caller) => this.as(caller)), projects: each((caller) => caller.project) };
  }

  /** Deletes what the last case published: it would show up in the lists of all later ones. */
  async deletePublished(): Promise<void> {
    const { admin } = newCast();
    const session = this.as(admin);
    for (const id of this.published) {
      const deleted = await session.delete(`/v2/images/${id}`);
      if (deleted.status !== 403) continue;
      await session.patch(id, [{ op: 'replace', path: '/protected', value: false }]);
      await session.delete(`/v2/images/${id}`);
    }
    this.published.clear();
  }

  /** Where a store keeps the data of an image, as services name it. */
  fileUrl(storeId: string, imageId: string): string {
    return pathToFileURL(join(this.dataDir, storeId, imageId)).href;
  }

  /** Puts data into a store behind the back of the server. */
  async place(storeId: string, imageId: string, data: string): Promise<void> {
    await writeFile(join(this.dataDir, storeId, imageId), data);
  }

  /** The files that hold data of an image. */
  async filesOf(imageId: string): Promise<string[]> {
    return imageFilesBelow(this.dataDir, imageId);
  }

  /** Puts a file in the place of a store's folder, until the case is over. */
  async breakStore(storeId: string): Promise<void> {
    const folder = join(this.dataDir, storeId);
    await rename(folder, `${folder}.away`);
    this.broken.add(storeId);
    await writeFile(folder, 'not a folder');
  }

  async repairStores(): Promise<void> {
    for (const storeId of this.broken) {
      const folder = join(this.dataDir, storeId);
      await rm(folder, { force: true });
      await rename(`${folder}.away`, folder);
    }
    this.broken.clear();
  }

  private get dataDir(): string {
    const root = this.external ? variable('HINDSIGHT_CONFORMANCE_DATA_DIR', this.profile) : this.service?.dataDir;
    if (root === undefined)
      throw new Error('set HINDSIGHT_CONFORMANCE_DATA_DIR to the folder of the server under test');
    return root;
  }
}

const targets = new Map<Profile, ConformanceTarget>();

/** The server that all suites of one file with the same configuration use; it is stopped behind the last of them. */
const sharedTarget = (profile: Profile): ConformanceTarget => {
  const known = targets.get(profile);
  if (known !== undefined) return known;
  const target = new ConformanceTarget(profile);
  targets.set(profile, target);
  afterAll(() => target.stop());
  return target;
};

/**
 * A suite of cases against a server of the given configuration: our own, started for it, or with
 * HINDSIGHT_CONFORMANCE_URL (HINDSIGHT_CONFORMANCE_URL_SINGLE_STORE, ... for the other configurations) somebody else's.
 */
export function describeConformance(title: string, profile: Profile, cases: (target: ConformanceTarget) => void): void {
  if (isDifferentialRun() && variable('HINDSIGHT_CONFORMANCE_URL', profile) === undefined) {
    process.stderr.write(`SKIPPED: "${title}" needs a server with the configuration "${profile}"\n`);
    describe.skip(title, () => cases(new ConformanceTarget(profile)));
    return;
  }
  const need = isDifferentialRun() ? undefined : NEEDS[profile];
  if (need?.isPresent === false) {
    describeWithBackend(need.backend, false, () => describe(title, () => cases(new ConformanceTarget(profile))));
    return;
  }
  const target = sharedTarget(profile);
  describe(title, () => {
    beforeAll(() => target.start());
    afterEach(async () => {
      await target.repairStores();
      await target.deletePublished();
    });
    cases(target);
  });
}
