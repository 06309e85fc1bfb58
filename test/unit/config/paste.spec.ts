import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../../src/config/config-error.js';
import { parseIniFile } from '../../../src/config/ini-file.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { parsePasteFile } from '../../../src/config/paste/paste-file.js';
import { pipelineOf } from '../../../src/config/paste/pipeline.js';
import { pasteParts } from '../../support/glance-files.js';

const PASTE = `
[pipeline:glance-api]
pipeline = cors healthcheck unauthenticated-context rootapp
[pipeline:glance-api-keystone+caching]
pipeline = cors healthcheck authtoken context cache rootapp
[pipeline:glance-api-trusted-auth]
pipeline = context rootapp
[pipeline:glance-api-fakeauth]
pipeline = fakeauth context cache cachemanage rootapp
[pipeline:glance-api-full]
pipeline = cors http_proxy_to_wsgi gzip context cache cachemanage rootapp
[pipeline:glance-api-bare]
pipeline = context rootapp
[pipeline:glance-api-delayed]
pipeline = authtoken context rootapp
[pipeline:glance-api-at-once]
pipeline = strict context rootapp
[filter:strict]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
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
[filter:houseauth]
paste.filter_factory = house.auth:factory
${pasteParts('/etc/glance/healthcheck_disable')}`;

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
    ['keystone+caching', KEYSTONE, { kind: 'keystone', authUrl: 'http://k:5000' }],
    ['new', KEYSTONE, { kind: 'keystone' }],
    ['trusted-auth', '', { kind: 'headers' }],
    ['fakeauth', '', { kind: 'fakeauth' }],
  ])('gives the flavor %s its identity', (flavor, rest, identity) => {
    expect(flavored(flavor, rest).config.identity).toMatchObject(identity);
  });

  const ALL_ON =
    '[DEFAULT]\nimage_cache_dir = /srv/cache\n[cors]\nallowed_origin = https://h\n' +
    '[oslo_middleware]\nenable_proxy_headers_parsing = true\n';
  const cacheOf = (flavor: string, rest = '') => flavored(flavor, ALL_ON + rest).config.cache;
  const edgeOf = (flavor: string, rest = '') => flavored(flavor, ALL_ON + rest).config.edge;

  it.each([
    ['full', { downloads: true, managementApi: true }],
    ['bare', { downloads: false, managementApi: false }],
    ['trusted-auth', { downloads: false, managementApi: false }],
  ])('switches the cache of downloads and its older interface on and off: %s', (flavor, expected) => {
    expect(cacheOf(flavor)).toMatchObject(expected);
  });

  it.each([
    ['full', { gzipResponses: true, proxyHeaders: true, origins: ['https://h'] }],
    ['bare', { gzipResponses: false, proxyHeaders: false, origins: [] }],
  ])('switches compression, CORS and the headers of proxies on and off: %s', (flavor, expected) => {
    const { gzipResponses, proxyHeaders, cors } = edgeOf(flavor);
    expect({ gzipResponses, proxyHeaders, origins: [...cors.keys()] }).toEqual(expected);
  });

  it('says which options have no effect for lack of a filter', () => {
    expect(flavored('bare', ALL_ON).warnings.join('\n')).toMatch(
      /enable_proxy_headers_parsing has no effect: .* no filter proxy-headers\n.*allowed_origin has no effect: .* no filter cors\n.*image_cache_dir: the pipeline has no filter cache/,
    );
    expect(flavored('full').warnings).toEqual([expect.stringMatching(/filter cache, but without .*image_cache_dir/)]);
  });

  it('loses against the own options of compression and of the older interface of the cache', () => {
    const own = '[hindsight]\ngzip_responses = %\nimage_cache_management_api = %\n';
    expect(edgeOf('bare', own.replaceAll('%', 'true')).gzipResponses).toBe(true);
    expect(edgeOf('full', own.replaceAll('%', 'false')).gzipResponses).toBe(false);
    expect(cacheOf('bare', own.replaceAll('%', 'true'))?.managementApi).toBe(true);
    expect(cacheOf('full', own.replaceAll('%', 'false'))?.managementApi).toBe(false);
  });

  it.each([
    ['delayed', '', true],
    ['at-once', '', false],
    ['at-once', 'delay_auth_decision = true\n', true],
  ])('lets nobody in without a token where the filter %s decides at once (%j)', (flavor, rest, allowAnonymous) => {
    const anonymous = `${KEYSTONE}${rest}[DEFAULT]\nallow_anonymous_access = true\n`;
    const { config, warnings } = flavored(flavor, anonymous);
    expect(config.edge.allowAnonymous).toBe(allowAnonymous);
    expect(warnings.some((text) => text.startsWith('[DEFAULT] allow_anonymous_access has no effect'))).toBe(
      !allowAnonymous,
    );
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
    ['keystone+cachemanagement', KEYSTONE, 'keystone', [true, true]],
    ['trusted-auth+caching', '', 'headers', [true, false]],
    ['fakeauth', '', 'fakeauth', [false, false]],
    ['caching', '', 'builtin', [true, false]],
    ['none', '', 'none', [false, false]],
  ])('mean what they are called: %s', (flavor, rest, kind, cache) => {
    const { config } = flavored(flavor, `${rest}[DEFAULT]\nimage_cache_dir = /srv/cache\n[cors]\nallowed_origin = *\n`);
    expect(config.identity.kind).toBe(kind);
    expect([config.cache?.downloads, config.cache?.managementApi]).toEqual(cache);
    expect(config.edge.cors.size).toBe(1);
  });

  it('are refused when they are not known', () => {
    expect(() => flavored('house')).toThrow(/flavor = "house"/);
  });

  it('leave the built-in identity when there is none', () => {
    const { config } = load('[DEFAULT]\nimage_cache_dir = /srv/cache\n');
    expect(config).toMatchObject({ identity: { kind: 'builtin' }, cache: { downloads: true, managementApi: false } });
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
