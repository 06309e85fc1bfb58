import type { PipelinePart } from './pipeline.js';

/** What a filter or application of a Paste pipeline is to this service. */
export type FilterMeaning =
  | 'authtoken'
  | 'context'
  | 'unauthenticated-context'
  | 'fakeauth'
  | 'cache'
  | 'cachemanage'
  | 'cors'
  | 'healthcheck'
  | 'gzip'
  | 'proxy-headers'
  /** What this service does, or does not need, whatever the pipeline says. */
  | 'built-in'
  | 'unknown';

/** By the factory, because names are free. The first pattern that fits counts. */
const FACTORIES: readonly (readonly [RegExp, FilterMeaning])[] = [
  [/^keystone(middleware|client\.middleware)\.auth_token:|^keystone\.middleware\.auth_token:/, 'authtoken'],
  [/UnauthenticatedContextMiddleware/, 'unauthenticated-context'],
  [/fake_?auth/i, 'fakeauth'],
  [/ContextMiddleware/, 'context'],
  [/cache_manage:|CacheManageFilter/, 'cachemanage'],
  [/middleware\.cache:|CacheFilter/, 'cache'],
  [/oslo[._]middleware(\.cors)?:(CORS|filter_factory|cors)|\.cors:/i, 'cors'],
  [/healthcheck/i, 'healthcheck'],
  [/gzip/i, 'gzip'],
  [/HTTPProxyToWSGI|http_proxy_to_wsgi|SSLMiddleware|middleware\.ssl/i, 'proxy-headers'],
  [
    /version_negotiation|osprofiler|request_id|RequestId|catch_errors|CatchErrors|sizelimit|RequestBodySize|debug/i,
    'built-in',
  ],
];

export function meaningOf({ kind, factory }: PipelinePart): FilterMeaning {
  const known = FACTORIES.find(([pattern]) => pattern.test(factory))?.[1];
  return known ?? (kind === 'app' ? 'built-in' : 'unknown');
}
