import type { AppConfig, CorsRule } from './app-config.js';
import { edgeOptions as options } from './edge-options.js';
import type { OptionReader } from './option-reader.js';
import type { Option } from './option.js';
import { leavesOut } from './paste/flavor.js';
import type { Pipeline, PipelineFilter } from './paste/flavor.js';
import { switchedByFilter } from './paste/switched-by-filter.js';

const SUBGROUP = 'cors.';

export function readEdge(reader: OptionReader, pipeline: Pipeline): AppConfig['edge'] {
  const unlessLeftOut = <Value>(filter: PipelineFilter, option: Option<unknown>, value: Value, off: Value): Value => {
    if (!leavesOut(pipeline, filter)) return value;
    if (reader.isSet(option)) reader.warnings.push(withoutEffect(option, `the pipeline has no filter ${filter}`));
    return off;
  };
  const { proxyHeaders, allowedOrigin } = options;
  return {
    allowAnonymous: readAnonymous(reader, pipeline),
    proxyHeaders: unlessLeftOut('proxy-headers', proxyHeaders, reader.read(proxyHeaders), false),
    gzipResponses: switchedByFilter(reader, options.gzipResponses, 'gzip', pipeline),
    cors: unlessLeftOut('cors', allowedOrigin, readCors(reader), new Map()),
  };
}

function readAnonymous(reader: OptionReader, { refusesAnonymous }: Pipeline): boolean {
  const isAllowed = reader.read(options.allowAnonymousAccess);
  if (!isAllowed || !refusesAnonymous) return isAllowed;
  const reason = 'the filter that validates tokens refuses requests without one, see delay_auth_decision';
  reader.warnings.push(withoutEffect(options.allowAnonymousAccess, reason));
  return false;
}

const withoutEffect = ({ group, name }: Option<unknown>, reason: string): string =>
  `[${group}] ${name} has no effect: ${reason}`;

/** Of several rules for one origin the first counts. */
function readCors(reader: OptionReader): ReadonlyMap<string, CorsRule> {
  const rules = new Map<string, CorsRule>();
  for (const group of ['cors', ...reader.groups().filter((name) => name.startsWith(SUBGROUP))]) {
    const rule = readRule(reader, [group, 'cors']);
    for (const origin of reader.readFrom([group], options.allowedOrigin))
      if (!rules.has(origin)) rules.set(origin, rule);
  }
  return rules;
}

const readRule = (reader: OptionReader, groups: readonly string[]): CorsRule => ({
  allowCredentials: reader.readFrom(groups, options.allowCredentials),
  exposeHeaders: reader.readFrom(groups, options.exposeHeaders),
  maxAgeS: reader.readFrom(groups, options.maxAge),
  allowMethods: reader.readFrom(groups, options.allowMethods),
  allowHeaders: reader.readFrom(groups, options.allowHeaders),
});
