import type { AppConfig, CorsRule } from './app-config.js';
import { edgeOptions as options } from './edge-options.js';
import type { OptionReader } from './option-reader.js';

const SUBGROUP = 'cors.';

export function readEdge(reader: OptionReader): AppConfig['edge'] {
  return {
    allowAnonymous: reader.read(options.allowAnonymousAccess),
    proxyHeaders: reader.read(options.proxyHeaders),
    gzipResponses: reader.read(options.gzipResponses),
    cors: readCors(reader),
  };
}

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
