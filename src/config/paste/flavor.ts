/** Values of `[hindsight] identity`. */
export type IdentityKind = 'builtin' | 'keystone' | 'headers' | 'trusted-auth' | 'fakeauth' | 'none';

/** What a pipeline says about the service. */
export type Pipeline = Readonly<{
  /** Null: nothing, as when there is no pipeline. */
  identity: IdentityKind | null;
  /** What requests pass; null: nothing is said, and options say it all. */
  filters: ReadonlySet<PipelineFilter> | null;
  /** Requests without a valid token go no further than the filter that validates tokens. */
  refusesAnonymous: boolean;
}>;

/** Filters that a pipeline may leave out. */
export type PipelineFilter = 'cache' | 'cachemanage' | 'gzip' | 'cors' | 'proxy-headers';

/** No pipeline is chosen. */
export const NO_PIPELINE: Pipeline = { identity: null, filters: null, refusesAnonymous: false };

/** Whether a pipeline is there and has not got a filter. */
export const leavesOut = ({ filters }: Pipeline, filter: PipelineFilter): boolean =>
  filters !== null && !filters.has(filter);

const IDENTITIES: ReadonlyMap<string, IdentityKind> = new Map([
  ['keystone', 'keystone'],
  ['trusted-auth', 'trusted-auth'],
  ['fakeauth', 'fakeauth'],
  ['noauth', 'none'],
  ['none', 'none'],
]);

/**
 * What the flavors mean whose pipelines Glance brings along, for deployments that leave its Paste file out.
 * @returns null for an unknown flavor
 */
export function pipelineOfFlavor(flavor: string): Pipeline | null {
  const filters = new Set<PipelineFilter>(['cors', 'proxy-headers']); // every pipeline has them
  let identity: IdentityKind | null = null;
  for (const part of flavor.split('+')) {
    const known = IDENTITIES.get(part);
    if (known !== undefined && identity === null) identity = known;
    else if (part === 'caching' || part === 'cachemanagement') filters.add('cache');
    else return null;
    if (part === 'cachemanagement') filters.add('cachemanage');
  }
  return { identity, filters, refusesAnonymous: false };
}
