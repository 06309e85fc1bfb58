import fc from 'fast-check';
import { routedTarget } from '../../../src/http/request-target.js';

const versions = new Set(['v2', 'v2.0', 'v2.17']);

describe('where a request target is routed', () => {
  it.each([
    ['/v2/images?a=%FF', '/v2/images?a=%FF'],
    ['/v2/images/a%2Fb', '/v2/images/a/b'],
    ['/v2/images/a%2fb?c=%2F', '/v2/images/a/b?c=%2F'],
    ['/v2/images/a%252Fb', '/v2/images/a%252Fb'],
    ['/v2/images/%41b', '/v2/images/Ab'],
    ['/v2/images/\u00c3\u00a9', '/v2/images/%C3%A9'],
    ['/v2/images/%C3%A9?name=\u00c3\u00a9', '/v2/images/%C3%A9?name=%c3%a9'],
    ['/v2/images/%FF', '/%'],
    ['/v2.17/images?a=1', '/v2/images?a=1'],
    ['/v2.0', '/v2'],
    ['/v2', '/v2'],
    ['/v2?a', '/v2?a'],
    ['/%762/images', '/v2/images'],
    ['/v2%2Fimages', '/v2/images'],
    ['/v2.99/images', '/'],
    ['/v22/images', '/'],
    ['/V2/images', '/'],
    ['//v2/images', '/v2/images'],
    ['/v2//images', '/v2/images'],
    ['///v2///images//a?b=//', '/v2/images/a?b=//'],
    ['/v2/%2Fimages', '/v2/images'],
    ['/v2.0//images', '/v2/images'],
    ['/v2/images//', '/v2/images/'],
    ['//', '/'],
    ['//identity//v3', '/identity/v3'],
    ['http://host//v2/images', '/v2/images'],
    ['/', '/'],
    ['', '/'],
    ['*', '/'],
    ['ftp://host/v2/images', '/'],
    ['https://host:1/v2/images?a', '/v2/images?a'],
    ['http://host?a', '/?a'],
    ['/versions/x/y?z', '/versions?z'],
    ['/healthcheck', '/healthcheck'],
    ['/identity/v3/auth/tokens', '/identity/v3/auth/tokens'],
    ['/metrics?x', '/metrics?x'],
  ])('%s -> %s', (target, routed) => expect(routedTarget(target, undefined, versions)).toBe(routed));

  it.each([
    ['v2', '/images', '/v2/images'],
    ['v2.17', '/v2/images', '/v2/v2/images'],
    ['v2.99', '/images', '/'],
    ['v2', '/healthcheck', '/healthcheck'],
    ['v2', '/versions', '/versions'],
  ])('with the media type of %s: %s -> %s', (version, target, routed) => {
    expect(routedTarget(target, `application/vnd.openstack.images-${version}`, versions)).toBe(routed);
  });

  it('is the API, a mount or a version document, written so that nobody can take it for anything else', () => {
    const piece = fc.constantFrom(
      ...['/', '//', 'v2', 'V2', 'v2.0', '/images', 'identity', 'versions', '.', '..', ';', '?', '#', '\\', '\u00ff'],
      ...['%2F', '%2f', '%76', '%32', '%3F', '%23', '%2e', '%00', '%5C', '%', 'http://host', ':', '@'],
    );
    const target = fc.oneof(fc.string({ unit: piece }), fc.string({ unit: 'binary-ascii' }));
    const accept = fc.option(
      fc.constantFrom('v2', 'v2.0', 'v9', '').map((version) => `application/vnd.openstack.images-${version}`),
      {
        nil: undefined,
      },
    );
    fc.assert(
      fc.property(target, accept, (sent, accepted) => {
        const routed = routedTarget(sent, accepted, versions);
        const [path = ''] = routed.split(/[?#]/, 1);
        const first = path.split('/', 2)[1] ?? '';
        expect(path).toMatch(/^(\/[^/]+)*\/?$/);
        if (path !== '/%') expect(decodeURIComponent(first)).toBe(first);
        expect(['', '%', 'v2', 'versions', 'identity', 'metrics', 'healthcheck']).toContain(first);
      }),
      { numRuns: 1000 },
    );
  });
});
