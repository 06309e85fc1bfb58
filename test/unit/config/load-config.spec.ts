import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigError } from '../../../src/config/config-error.js';
import type { ConfigSources } from '../../../src/config/load-config.js';
import { loadConfig } from '../../../src/config/load-config.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hindsight-config-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const file = (text: string, name = 'glance-api.conf'): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const load = (sources: Partial<ConfigSources> = {}) =>
  loadConfig({ files: [], directories: [], environment: {}, commandLine: {}, ...sources });

const fromText = (text: string) => load({ files: [file(text)] });

const problemsOf = (sources: Partial<ConfigSources>): string => {
  try {
    load(sources);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
    throw error;
  }
  return '';
};

const problemsIn = (text: string): string => problemsOf({ files: [file(text)] });

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const PRIVATE_KEY = '-----BEGIN EC PRIVATE KEY-----\nMIIB\n-----END EC PRIVATE KEY-----\n';

describe('Configuration without any file', () => {
  it('is embedded: data folder, one store and the built-in identity', () => {
    const { config, warnings } = load();
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      dataDir: resolve('data'),
      api: { bindHost: '127.0.0.1', bindPort: 9292, publicEndpoint: null, limitParamDefault: 25, apiLimitMax: 1000 },
      quotas: {
        properties: 128,
        tags: 128,
        members: 128,
        locations: 10,
        imageSizeCapBytes: 1024 ** 4,
        userStorageBytes: 0,
      },
      hashingAlgorithm: 'sha512',
      stores: {
        multiple: true,
        defaultId: 'local',
        backends: [{ id: 'local', type: 'file', dataDirs: [{ path: resolve('data/images') }] }],
      },
      identity: { kind: 'builtin', usersFile: resolve('data/users.yaml'), cloudsFile: resolve('data/clouds.yaml') },
      log: { level: 'info', file: null },
    });
  });
});

describe('Sources of configuration', () => {
  it('beat each other: file, later file, directory, environment, command line', () => {
    const conf = join(folder, 'conf.d');
    mkdirSync(conf);
    writeFileSync(join(conf, '20.conf'), '[DEFAULT]\nlimit_param_default = 5\n');
    writeFileSync(join(conf, '10.conf'), '[DEFAULT]\nlimit_param_default = 4\napi_limit_max = 40\n');
    writeFileSync(join(conf, 'readme.txt'), 'no configuration');
    const first = file(
      '[DEFAULT]\nlimit_param_default = 2\nscrub_time = 22\nbind_port = 2\nbind_host = ::1\n',
      'one.conf',
    );
    const second = file('[DEFAULT]\nlimit_param_default = 3\nwakeup_time = 33\napi_limit_max = 30\n', 'two.conf');
    const { config } = load({
      files: [first, second],
      directories: [conf],
      environment: { OS_DEFAULT__BIND_PORT: '6', OS_DEFAULT__BIND_HOST: '127.0.0.6' },
      commandLine: { bindPort: '7' },
    });
    expect(config).toMatchObject({
      api: { limitParamDefault: 5, apiLimitMax: 40, bindPort: 7, bindHost: '127.0.0.6' },
      deletion: { scrubTimeS: 22, wakeupTimeS: 33 },
    });
  });

  it('are named when they cannot be read', () => {
    expect(problemsOf({ files: [join(folder, 'absent.conf')] })).toContain('absent.conf');
    expect(problemsOf({ directories: [join(folder, 'absent.d')] })).toContain('absent.d');
  });

  it('include the environment under the group names in upper case', () => {
    const { config } = load({
      environment: {
        OS_HINDSIGHT__UPLOAD_LEASE: '2',
        OS_GLANCE_STORE__FILESYSTEM_STORE_DATADIR: '/srv/x',
        OS_USERNAME: 'admin',
      },
    });
    expect(config).toMatchObject({
      uploads: { leaseS: 2 },
      stores: { multiple: false, backends: [{ dataDirs: [{ path: '/srv/x' }] }, { id: 'http', type: 'http' }] },
    });
  });

  it('may use the older name of an option, which loses against the newer one', () => {
    const keystone =
      '[hindsight]\nidentity = keystone\n[keystone_authtoken]\nusername = glance\npassword = x\nauth_url = http://k/v3\n';
    expect(fromText(`${keystone}auth_uri = http://old/`).config.identity).toMatchObject({
      wwwAuthenticateUri: 'http://old',
    });
    expect(
      fromText(`${keystone}auth_uri = http://old/\nwww_authenticate_uri = http://new/`).config.identity,
    ).toMatchObject({
      wwwAuthenticateUri: 'http://new',
    });
  });
});

describe('References to other options', () => {
  it('are replaced by a value of the own group, of another one, or of [DEFAULT]', () => {
    const { config, warnings } = fromText(
      '[DEFAULT]\nstate_path = /srv/glance\nlog_file = ${hindsight.data_dir}/api.log\nimage_cache_dir = $state_path/cache\n' +
        '[hindsight]\ndata_dir = $state_path/data\n[glance_store]\nfilesystem_store_datadir = ${state_path}/images\n',
    );
    expect(config).toMatchObject({
      dataDir: '/srv/glance/data',
      api: { imageCacheDir: '/srv/glance/cache' },
      stores: { backends: [{ dataDirs: [{ path: '/srv/glance/images' }] }, { id: 'http' }] },
      log: { file: '/srv/glance/data/api.log' },
    });
    expect(warnings).toEqual([]);
  });

  it('fall back to the default of the option', () => {
    expect(fromText('[DEFAULT]\npublic_endpoint = http://$bind_host:$bind_port/').config.api.publicEndpoint).toBe(
      'http://127.0.0.1:9292',
    );
  });

  it('leave two dollar signs as one', () => {
    expect(fromText('[DEFAULT]\nimage_cache_dir = /a$$b').config.api.imageCacheDir).toBe('/a$b');
  });

  it('are refused when they lead nowhere or in a circle', () => {
    expect(problemsIn('[DEFAULT]\nimage_cache_dir = $nowhere/x')).toMatch(
      /\[DEFAULT\] image_cache_dir .*\$nowhere names no option/,
    );
    expect(problemsIn('[DEFAULT]\nimage_cache_dir = $log_file\nlog_file = $image_cache_dir')).toContain(
      'refers to itself',
    );
  });
});

describe('Wrong values', () => {
  it('are all reported at once, with group, option, value, place and what is allowed', () => {
    const path = file('[DEFAULT]\nbind_port = 70000\ndebug = maybe\n[hindsight]\nidentity = ldap\n');
    expect(
      problemsOf({ files: [path], environment: { OS_DEFAULT__API_LIMIT_MAX: 'many' } })
        .split('\n')
        .sort(),
    ).toEqual([
      `[DEFAULT] api_limit_max = "many" (environment OS_DEFAULT__API_LIMIT_MAX): must be an integer of at least 1`,
      `[DEFAULT] bind_port = "70000" (${path}:2): must be an integer from 0 to 65535`,
      `[DEFAULT] debug = "maybe" (${path}:3): must be true or false (also 1/0, yes/no, on/off)`,
      `[hindsight] identity = "ldap" (${path}:5): must be one of builtin, keystone, headers, trusted-auth, fakeauth, none`,
    ]);
  });

  it.each([
    ['image_size_cap = 9223372036854790000', '[DEFAULT] image_size_cap'],
    ['user_storage_quota = 5 GB', '[DEFAULT] user_storage_quota'],
    ['hashing_algorithm = crc32', '[DEFAULT] hashing_algorithm'],
    ['enabled_import_methods = [carrier-pigeon]', '[DEFAULT] enabled_import_methods'],
    ['public_endpoint = example.org', '[DEFAULT] public_endpoint'],
    ['enabled_backends = local', '[DEFAULT] enabled_backends'],
    ['enabled_backends = a:rbd', 'the type "rbd": must be file or http'],
    ['enabled_backends = os_glance_tasks_store:file', 'must not begin with os_glance_'],
    ['wakeup_time = 3000000', 'must be an integer from 1 to 2000000'],
    ['enabled_backends = hindsight:file', 'must not be the name of another group'],
  ])('refuse %s', (line, problem) => {
    expect(problemsIn(`[DEFAULT]\n${line}\n`)).toContain(problem);
  });

  it('never show a secret', () => {
    const problems = problemsIn('[hindsight]\nidentity = keystone\n[keystone_authtoken]\npassword = s3cret$nowhere\n');
    expect(problems).toContain('[keystone_authtoken] password');
    expect(problems).not.toContain('s3cret');
  });
});

describe('Options without effect', () => {
  it('are named once each and stop nothing', () => {
    const { warnings } = fromText('[DEFAULT]\nuse_syslog = yes\nuse_syslog = true\n[database]\nmax_retries = x\n');
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(/^\[DEFAULT\] use_syslog \(.*glance-api\.conf:3\) has no effect/);
  });

  it('do not include those of a mode that is not chosen', () => {
    expect(
      fromText('[hindsight]\nidentity = headers\ntoken_lifetime = 5\n[glance_store]\nstores = file,http\n').warnings,
    ).toEqual([]);
  });

  it('include the credentials of a Keystone that is not used', () => {
    expect(fromText('[keystone_authtoken]\nauth_url = http://k/v3\n').warnings).toEqual([
      '[keystone_authtoken] has no effect without [hindsight] identity = keystone or [paste_deploy] flavor = keystone',
    ]);
  });
});

describe('Files of certificates and keys', () => {
  const KEYSTONE =
    '[hindsight]\nidentity = keystone\n[keystone_authtoken]\nauth_url = https://k\nusername = g\npassword = p\n';
  const LIMITS =
    '[DEFAULT]\nuse_keystone_limits = true\n[oslo_limit]\nauth_url = https://k\nusername = g\npassword = p\nsystem_scope = all\n';

  it.each([
    ['[keystone_authtoken] cafile', KEYSTONE, 'certificate'],
    ['[oslo_limit] cafile', LIMITS, 'certificate'],
    ['[barbican] verify_ssl_path', '[barbican]\nbarbican_endpoint = https://b\n', 'certificate'],
    ['[oslo_policy] remote_ssl_ca_crt_file', '[oslo_policy]\n', 'certificate'],
    ['[oslo_policy] remote_ssl_client_crt_file', '[oslo_policy]\n', 'certificate'],
    ['[oslo_policy] remote_ssl_client_key_file', '[oslo_policy]\n', 'private key'],
    ['[glance_store] https_ca_certificates_file', '[glance_store]\nstores = file, http\n', 'certificate'],
    ['[web] https_ca_certificates_file', '[DEFAULT]\nenabled_backends = web:http\n[web]\n', 'certificate'],
  ])('are looked into at the start: %s', (option, text, content) => {
    const name = option.split(' ')[1]!;
    const told = (path: string): string => problemsIn(`${text}${name} = ${path}\n`);
    expect(told('/nonexistent.pem')).toContain(`${option} = "/nonexistent.pem": the file cannot be read (ENOENT) (`);
    expect(told(folder)).toContain('the file cannot be read (EISDIR)');
    expect(told(file('nothing of the kind', 'other.pem'))).toContain(`holds no ${content} in PEM`);
    expect(told(file(content === 'certificate' ? CERTIFICATE : PRIVATE_KEY, 'right.pem'))).toBe('');
  });

  it('of signed images are in a folder', () => {
    expect(problemsIn('[hindsight]\ncertificate_dir = /nonexistent\n')).toContain('certificate_dir = "/nonexistent"');
    expect(problemsIn(`[hindsight]\ncertificate_dir = ${folder}\n`)).toBe('');
  });
});

describe('Folders and URIs', () => {
  it.each(['http://host/staging', '/var/lib/staging', 'swift://x'])('of the staging area must not be %s', (uri) => {
    expect(problemsIn(`[DEFAULT]\nnode_staging_uri = ${uri}\n`)).toContain(
      `[DEFAULT] node_staging_uri = "${uri}": must be a file:// URL of a folder`,
    );
  });

  it('of the staging area need not be there', () => {
    expect(fromText('[DEFAULT]\nnode_staging_uri = file:///nonexistent/staging/\n').config.stagingDir).toBe(
      '/nonexistent/staging',
    );
  });

  it('of the reserved stores win over the older option, and are no stores', () => {
    const { config } = fromText(
      '[DEFAULT]\nnode_staging_uri = file:///old\n[os_glance_staging_store]\nfilesystem_store_datadir = /new\n',
    );
    expect(config.stagingDir).toBe('/new');
    expect(config.stores.backends.map(({ id }) => id)).toEqual(['local']);
  });
});

describe('Worker processes', () => {
  it.each([
    ['', 1],
    ['workers = 0', 0],
    ['workers = 1', 1],
    ['workers =', 1],
    ['workers = 4', 4],
  ])('%j are %i, without a warning', (text, workers) => {
    const { config, warnings } = fromText(`[DEFAULT]\n${text}\n`);
    expect(config.api.workers).toBe(workers);
    expect(warnings).toEqual([]);
  });

  it('need a number', () => {
    expect(problemsIn('[DEFAULT]\nworkers = -1\n')).toContain('workers = "-1"');
  });
});

describe('Stores', () => {
  const NO_EXTRAS = { filePermissions: null, thinProvisioning: false, mounts: [] };
  const TWO = '[DEFAULT]\nenabled_backends = fast:file, cheap:file\n[glance_store]\ndefault_backend = cheap\n';

  it('are those of enabled_backends, each with the options of its group', () => {
    const { config, warnings } = fromText(
      `${TWO}[backend_defaults]\nweight = 3\n[fast]\nfilesystem_store_datadir = /srv/fast\nstore_description = NVMe pool\nweight = 100\n` +
        '[cheap]\nfilesystem_store_datadir = /srv/cheap\nfilesystem_store_chunk_size = 65536\n',
    );
    expect(warnings).toEqual([]);
    expect(config.stores).toEqual({
      multiple: true,
      defaultId: 'cheap',
      backends: [
        {
          id: 'fast',
          type: 'file',
          description: 'NVMe pool',
          weight: 100,
          dataDirs: [{ path: '/srv/fast', priority: 0 }],
          ...NO_EXTRAS,
          chunkSizeBytes: 1024 ** 2,
          taskWriteBytesPerS: 0,
          taskWriteConcurrency: 0,
        },
        {
          id: 'cheap',
          type: 'file',
          description: '',
          weight: 3,
          dataDirs: [{ path: '/srv/cheap', priority: 0 }],
          ...NO_EXTRAS,
          chunkSizeBytes: 65536,
          taskWriteBytesPerS: 0,
          taskWriteConcurrency: 0,
        },
      ],
    });
  });

  it('need a folder each, and not the same', () => {
    expect(problemsIn(TWO)).toContain('[fast] filesystem_store_datadir is not set');
    const shared = `${TWO}[backend_defaults]\nfilesystem_store_datadir = /srv/all\n`;
    expect(problemsIn(shared)).toMatch(
      /^\[cheap\] filesystem_store_datadir is the folder of the store fast, too: must differ \(.*glance-api\.conf:6\)$/,
    );
  });

  it('need a default among them', () => {
    const folders = '[a]\nfilesystem_store_datadir = /srv/a\n[b]\nfilesystem_store_datadir = /srv/b\n';
    const enabled = `[DEFAULT]\nenabled_backends = a:file,b:file\n${folders}`;
    expect(problemsIn(enabled)).toBe('[glance_store] default_backend is not set: must be one of a, b');
    expect(problemsIn(`${enabled}[glance_store]\ndefault_backend = c\n`)).toMatch(
      /^\[glance_store\] default_backend = "c" is not a store: must be one of a, b \(.*glance-api\.conf:8\)$/,
    );
  });

  it('are a single nameless one when only [glance_store] has a folder, which leaves nothing to copy to', () => {
    const { config } = fromText(
      '[DEFAULT]\nenabled_import_methods = [web-download,copy-image]\n' +
        '[glance_store]\nstores = file,http\ndefault_store = file\nfilesystem_store_datadir = /srv/images\n',
    );
    expect(config.stores).toMatchObject({
      multiple: false,
      defaultId: 'file',
      backends: [
        { id: 'file', dataDirs: [{ path: '/srv/images' }] },
        { id: 'http', type: 'http' },
      ],
    });
    expect(config.api.enabledImportMethods).toEqual(['web-download']);
  });
});

describe('File stores', () => {
  const store = (text: string): string => `[glance_store]\n${text}`;

  it('may have several folders, with priorities', () => {
    const { config, warnings } = fromText(
      store(
        'filesystem_store_datadir =\nfilesystem_store_datadirs = /a:100\nfilesystem_store_datadirs = /b\n' +
          'filesystem_store_datadirs = /c : -1\nfilesystem_store_datadirs = /d:\nfilesystem_store_datadirs = /b/\n',
      ),
    );
    expect(config.stores.multiple).toBe(false);
    expect(config.stores.backends[0]).toMatchObject({
      dataDirs: [
        { path: '/a', priority: 100 },
        { path: '/b', priority: 0 },
        { path: '/c', priority: -1 },
        { path: '/d', priority: 0 },
      ],
    });
    expect(warnings).toEqual(['[glance_store] filesystem_store_datadirs names /b more than once']);
  });

  it.each([
    ['filesystem_store_datadirs = /a:x', 'must be a folder, or a folder and its priority'],
    ['filesystem_store_datadirs = :5', 'must be a folder'],
    ['filesystem_store_datadirs = /a:1\nfilesystem_store_datadirs = /a:2', 'gives /a different priorities'],
    ['filesystem_store_datadir = /a\nfilesystem_store_datadirs = /b', 'only one of them may be'],
    ['filesystem_store_datadir = /a\nfilesystem_store_file_perm = 648', 'must be octal digits'],
    ['filesystem_store_datadir = /a\nfilesystem_store_file_perm = 240', 'let the owner read'],
    ['filesystem_store_datadir = /a\nfilesystem_store_metadata_file = /nonexistent', 'cannot be read'],
    ['stores = http', 'must contain file'],
    ['default_store = rbd', 'must be one of file, filesystem, http, https'],
  ])('refuse %j', (text, problem) => {
    expect(problemsIn(store(`${text}\n`))).toContain(problem);
  });

  it.each([
    ['640', 0o640],
    ['0644', 0o644],
    ['0', null],
    ['-1', null],
    ['', null],
  ])('give files the mode of the octal digits %j', (text, filePermissions) => {
    const { config } = fromText(store(`filesystem_store_datadir = /a\nfilesystem_store_file_perm = ${text}\n`));
    expect(config.stores.backends[0]).toMatchObject({ filePermissions });
  });

  it('read their mounts, and warn of folders that are on none of them', () => {
    const mount = { id: 'nfs', mountpoint: '/srv/' };
    const path = file(JSON.stringify(mount), 'mounts.json');
    const { config, warnings } = fromText(
      `[DEFAULT]\nenabled_backends = a:file, b:file\n[glance_store]\ndefault_backend = a\n` +
        `[backend_defaults]\nfilesystem_store_metadata_file = ${path}\nfilesystem_thin_provisioning = true\n` +
        '[a]\nfilesystem_store_datadir = /srv/a\n[b]\nfilesystem_store_datadir = /srvb\n',
    );
    expect(config.stores.backends).toMatchObject([
      { id: 'a', mounts: [mount], thinProvisioning: true },
      { id: 'b', mounts: [mount] },
    ]);
    expect(warnings).toEqual(['[b] filesystem_store_metadata_file: /srvb is below none of its mountpoints']);
  });

  it.each(['{}', '[{"id": "a"}]', '{"id": "a", "mountpoint": 1}', '{"id": "a", "mountpoint": "/m", "x": 1}', '{'])(
    'refuse mounts of another form: %j',
    (text) => {
      const path = file(text, 'mounts.json');
      expect(problemsIn(store(`filesystem_store_datadir = /a\nfilesystem_store_metadata_file = ${path}\n`))).toMatch(
        /^\[glance_store\] filesystem_store_metadata_file = "[^"]*": the file (must hold|holds no JSON)/,
      );
    },
  );

  it.each([
    'stores = file,http',
    'default_store = file',
    'stores = glance.store.filesystem.Store',
    'filesystem_store_datadirs = /a',
  ])('are a single one where a Glance would say no more than %j', (text) => {
    expect(fromText(store(`${text}\n`)).config.stores).toMatchObject({ multiple: false, defaultId: 'file' });
  });

  it('are single also under the names that options had before they had groups', () => {
    const { config } = fromText(
      '[DEFAULT]\ndefault_store = file\nknown_stores = filesystem\nfilesystem_store_datadir = /a\n',
    );
    expect(config.stores).toMatchObject({ multiple: false, backends: [{ id: 'file', dataDirs: [{ path: '/a' }] }] });
  });

  it('may be missing beside one that only refers to others', () => {
    expect(fromText(store('stores = http\ndefault_store = http\n')).config.stores).toMatchObject({
      multiple: false,
      defaultId: 'http',
      backends: [{ id: 'http' }],
    });
  });

  it('warn of single stores of other kinds', () => {
    const { warnings } = fromText(store('stores = file, rbd\n'));
    expect(warnings).toEqual(['[glance_store] stores names rbd: this version has no store of that kind']);
  });
});

describe('Identity', () => {
  it('by Keystone needs its URL and the credentials of the service', () => {
    const problems = problemsIn('[hindsight]\nidentity = keystone\n');
    for (const name of ['auth_url', 'username', 'password']) {
      expect(problems).toContain(`[keystone_authtoken] ${name} is not set: identity = keystone needs it`);
    }
  });

  it('by Keystone takes what glance-api.conf says', () => {
    const caFile = file(CERTIFICATE, 'ca.pem');
    const { config } = fromText(
      '[hindsight]\nidentity = keystone\n[keystone_authtoken]\nauth_url = http://k:5000/v3/\nauth_type = password\nusername = glance\n' +
        'password = "pa$$word"\nproject_name = service\ninsecure = true\n' +
        `cafile = ${caFile}\ntoken_cache_time = -1\n`,
    );
    expect(config.identity).toEqual({
      kind: 'keystone',
      authUrl: 'http://k:5000/v3',
      wwwAuthenticateUri: 'http://k:5000/v3',
      username: 'glance',
      password: 'pa$word',
      projectName: 'service',
      userDomainName: 'Default',
      projectDomainName: 'Default',
      ids: { user: null, userDomain: null, project: null, projectDomain: null },
      serviceTokenRoles: ['service'],
      serviceTokenRolesRequired: false,
      timeoutS: 10,
      cacheS: 0,
      insecure: true,
      caFile,
    });
  });

  it('by Keystone may have its credentials in another group', () => {
    const { config, warnings } = fromText(
      '[hindsight]\nidentity = keystone\n[keystone_authtoken]\nauth_section = cloud\nusername = not me\n' +
        'www_authenticate_uri = http://public:5000\n[cloud]\nauth_url = http://k:5000\nadmin_user = glance\npassword = x\n',
    );
    expect(config.identity).toMatchObject({
      authUrl: 'http://k:5000',
      wwwAuthenticateUri: 'http://public:5000',
      username: 'glance',
    });
    expect(warnings).toEqual([]);
    expect(problemsIn('[hindsight]\nidentity = keystone\n[keystone_authtoken]\nauth_section = cloud\n')).toContain(
      '[cloud] auth_url is not set',
    );
  });

  it('by Keystone needs all of an application credential', () => {
    const text =
      '[hindsight]\nidentity = keystone\n[keystone_authtoken]\nauth_url = http://k\nauth_type = v3applicationcredential\n';
    expect(problemsIn(text)).toMatch(
      /username is not set.*\n.*application_credential_secret is not set.*\n.*application_credential_id is not set/,
    );
    expect(problemsIn(`${text}application_credential_id = c\napplication_credential_secret = s\n`)).toBe('');
    expect(problemsIn(`${text}application_credential_name = c\napplication_credential_secret = s\n`)).toContain(
      'username is not set',
    );
  });

  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('by headers may listen on %s', (bindHost) => {
    expect(problemsOf({ environment: { OS_HINDSIGHT__IDENTITY: 'headers' }, commandLine: { bindHost } })).toBe('');
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'example.org'])(
    'by headers refuses to listen on %s unless allowed',
    (bindHost) => {
      const environment = { OS_HINDSIGHT__IDENTITY: 'headers' };
      expect(problemsOf({ environment, commandLine: { bindHost } })).toContain('identity_headers_allow_remote');
      const allowed = { ...environment, OS_HINDSIGHT__IDENTITY_HEADERS_ALLOW_REMOTE: 'true' };
      expect(problemsOf({ environment: allowed, commandLine: { bindHost } })).toBe('');
    },
  );
});
