import type { LimitsConfig } from './app-config.js';
import { limitOptions as options } from './limit-options.js';
import type { OptionReader } from './option-reader.js';
import type { Option } from './option.js';

type Domain = Readonly<{ id: string } | { name: string }>;

const NEEDS = 'is not set: use_keystone_limits needs it';

/** Null without use_keystone_limits. */
export function readLimits(reader: OptionReader): LimitsConfig | null {
  if (!reader.read(options.useKeystoneLimits)) return null;
  reader.read(options.authType);
  return {
    authUrl: required(reader, options.authUrl),
    readUrl: reader.read(options.endpointOverride),
    ...{ user: readUser(reader), password: required(reader, options.password), scope: readScope(reader) },
    endpoint: {
      id: reader.read(options.endpointId),
      serviceType: reader.read(options.serviceType),
      serviceName: reader.read(options.serviceName),
      region: reader.read(options.regionName),
      interface: reader.read(options.endpointInterface),
    },
    cacheS: reader.read(options.cacheTime),
    timeoutS: reader.read(options.timeout),
    insecure: reader.read(options.insecure),
    caFile: reader.read(options.caFile),
  };
}

function readUser(reader: OptionReader): LimitsConfig['user'] {
  const id = reader.read(options.userId);
  if (id !== null) return { id };
  const domain = readDomain(reader, options.userDomainId, options.userDomainName);
  return { name: required(reader, options.username), domain };
}

function readScope(reader: OptionReader): LimitsConfig['scope'] {
  const systemScope = reader.read(options.systemScope);
  if (systemScope !== null && systemScope !== 'all')
    reader.refuse(options.systemScope, `= "${systemScope}": must be all`);
  if (systemScope !== null) return { system: { all: true } };
  const [domainId, domainName] = [reader.read(options.domainId), reader.read(options.domainName)];
  if (domainId !== null) return { domain: { id: domainId } };
  if (domainName !== null) return { domain: { name: domainName } };
  const id = reader.read(options.projectId);
  if (id !== null) return { project: { id } };
  const name = reader.read(options.projectName);
  if (name === null) reader.refuse(options.systemScope, 'is not set: must be all, or set a project or a domain');
  return {
    project: { name: name ?? '', domain: readDomain(reader, options.projectDomainId, options.projectDomainName) },
  };
}

function readDomain(reader: OptionReader, idOption: Option<string | null>, nameOption: Option<string | null>): Domain {
  const own = domainOf(reader.read(idOption), reader.read(nameOption));
  const shared = domainOf(reader.read(options.defaultDomainId), reader.read(options.defaultDomainName));
  return own ?? shared ?? { name: 'Default' };
}

const domainOf = (id: string | null, name: string | null): Domain | null =>
  id !== null ? { id } : name !== null ? { name } : null;

function required(reader: OptionReader, option: Option<string | null>): string {
  const value = reader.read(option);
  if (value === null) reader.refuse(option, NEEDS);
  return value ?? '';
}
