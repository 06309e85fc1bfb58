import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../../src/config/config-error.js';
import { parseIniFile } from '../../../src/config/ini-file.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { parsePasteFile } from '../../../src/config/paste/paste-file.js';
import { pipelineOf } from '../../../src/config/paste/pipeline.js';

const PASTE = `
[pipeline:glance-api]
pipeline = cors healthcheck unauthenticated-context rootapp
[pipeline:glance-api-keystone+caching]
pipeline = cors healthcheck authtoken context cache rootapp
[pipeline:glance-api-trusted-auth]
pipeline = context rootapp
[pipeline:glance-api-fakeauth]
pipeline = fakeauth context cache cachemanage rootapp
[pipeline:glance-api-custom]
pipeline = houseauth context rootapp
[composite:glance-api-new]
paste.composite_factory = glance.api:root_app_factory
/: api
/healthcheck: healthapp
[pipeline:api]
pipeline = authtoken context rootapp
[app:healthapp]
paste.app_factory = oslo_middleware:Healthcheck.app_factory
disable_by_file_path = %(here)s/disabled
[composite:rootapp]
paste.composite_factory = glance.api:root_app_factory
/: apiversions
/v2: apiv2app
[app:apiversions]
paste.app_factory = glance.api.versions:create_resource
[app:apiv2app]
paste.app_factory = glance.api.v2.router:API.factory
[filter:healthcheck]
paste.filter_factory = oslo_middleware:Healthcheck.factory
backends = disable_by_file
disable_by_file_path = /etc/glance/healthcheck_disable
[filter:cache]
paste.filter_factory = glance.api.middleware.cache:CacheFilter.factory
[filter:cachemanage]
paste.filter_factory = glance.api.middleware.cache_manage:CacheManageFilter.factory
[filter:context]
paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory
[filter:unauthenticated-context]
paste.filter_factory = glance.api.middleware.context:UnauthenticatedContextMiddleware.factory
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
delay_auth_decision = true
[filter:fakeauth]
paste.filter_factory = fakeauth:factory
[filter:houseauth]
paste.filter_factory = house.auth:factory
[filter:cors]
paste.filter_factory = oslo_middleware.cors:filter_factory
oslo_config_project = glance
`;

const KEYSTONE = '[keystone_authtoken]\nauth_url = http://k:5000\nusername = glance\npassword = x\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hindsight-paste-'));
  writeFileSync(join(folder, 'glance-api-paste.ini'), PASTE);
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = (text: string, name = 'glance-api.conf') => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return loadConfig({ files: [path], directories: [], environment: {}, commandLine: {} });
};

const flavored = (flavor: string, rest = '') => load(`[paste_deploy]\nflavor = ${flavor}\n${rest}`);

describe('The Paste file beside the configuration', () => {
  it.each([
    ['keystone+caching', KEYSTONE, { kind: 'keystone', authUrl: 'http://k:5000' }, ['cache']],
    ['new', KEYSTONE, { kind: 'keystone' }, []],
    ['trusted-auth', '', { kind: 'headers' }, []],
    ['fakeauth', '', { kind: 'fakeauth' }, ['cache', 'cachemanage']],
  ])('gives the flavor %s its identity and filters', (flavor, rest, identity, filters) => {
    const { config } = flavored(flavor, rest);
    expect(config.identity).toMatchObject(identity);
    expect([...(config.api.filters ?? [])]).toEqual(filters);
  });

  it('makes everybody an administrator where the pipeline says so', () => {
    expect(load('').config.identity.kind).toBe('none');
  });

  it('loses against [hindsight] identity', () => {
    expect(load('[hindsight]\nidentity = builtin\n').config.identity.kind).toBe('builtin');
  });

  it('sets what filters and applications say of themselves', () => {
    expect(load('').config.api.healthcheckDisableFile).toBe('/etc/glance/healthcheck_disable');
    expect(flavored('new', KEYSTONE).config.api.healthcheckDisableFile).toBe(join(folder, 'disabled'));
  });

  it.each(['', '[paste_deploy]\nflavor = fakeauth\n', '[paste_deploy]\nflavor = trusted-auth\n'])(
    'opens nothing to other machines by accident: %j',
    (text) => {
      expect(() => load(`[DEFAULT]\nbind_host = 0.0.0.0\n${text}`)).toThrow(
        /bind_host = "0.0.0.0" lets other machines/,
      );
      expect(() =>
        load(`[DEFAULT]\nbind_host = 0.0.0.0\n[hindsight]\nidentity_headers_allow_remote = true\n${text}`),
      ).not.toThrow();
    },
  );

  it('is refused where a filter that is not known might find out who is calling', () => {
    expect(() => flavored('custom')).toThrow(/filter houseauth \(house\.auth:factory\) is not known/);
  });

  it('is refused without the pipeline, naming those that there are', () => {
    expect(() => flavored('absent')).toThrow(/no application "glance-api-absent"; there are glance-api, /);
  });

  it('may be another one', () => {
    const path = join(folder, 'other.ini');
    writeFileSync(path, PASTE);
    expect(flavored('trusted-auth', `config_file = ${path}\n`).config.identity.kind).toBe('headers');
    expect(() => flavored('trusted-auth', 'config_file = /nonexistent.ini\n')).toThrow(/nonexistent/);
  });
});

describe('Flavors without a Paste file', () => {
  beforeEach(() => rmSync(join(folder, 'glance-api-paste.ini')));

  it.each([
    ['keystone+cachemanagement', KEYSTONE, 'keystone', ['cache', 'cachemanage']],
    ['trusted-auth+caching', '', 'headers', ['cache']],
    ['fakeauth', '', 'fakeauth', []],
    ['caching', '', 'builtin', ['cache']],
    ['none', '', 'none', []],
  ])('mean what they are called: %s', (flavor, rest, kind, filters) => {
    const { config } = flavored(flavor, rest);
    expect(config.identity.kind).toBe(kind);
    expect([...(config.api.filters ?? [])]).toEqual(filters);
  });

  it('are refused when they are not known', () => {
    expect(() => flavored('house')).toThrow(/flavor = "house"/);
  });

  it('leave the built-in identity when there is none', () => {
    expect(load('').config).toMatchObject({ identity: { kind: 'builtin' }, api: { filters: null } });
  });
});

describe('Any text', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '[pipeline:a]',
      'pipeline = a b',
      '[filter:b]',
      '[composite:a]',
      '/: a',
      'x = %(x)s',
      '[DEFAULT]',
      '[app:a]',
      'use = a',
    ),
  );
  const text = fc.array(line, { maxLength: 40 }).map((lines) => lines.join('\n'));

  it('as an INI file is parsed or refused with its lines', () => {
    fc.assert(
      fc.property(text, (content) => {
        orRefused(() => parseIniFile(content, 'f.conf'));
      }),
    );
  });

  it('as a Paste file gives a pipeline or is refused', () => {
    fc.assert(
      fc.property(text, (content) => {
        orRefused(() => pipelineOf(parsePasteFile(content, 'f.ini'), 'a'));
      }),
    );
  });

  /** Anything but a ConfigError is a bug. */
  const orRefused = (act: () => unknown): void => {
    try {
      act();
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
    }
  };
});
