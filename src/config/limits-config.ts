import type { LimitsConfig } from './app-config.js';
import { authSection, readApplicationCredential } from './auth-section.js';
import { limitOptions as options } from './limit-options.js';
import type { OptionReader } from './option-reader.js';
import type { Option } from './option.js';
import { readPemFile } from './pem-file.js';

type Domain = Readonly<{ id: string } | { name: string }>;

const NEEDS = 'is not set: use_keystone_limits needs it';

/** Null without use_keystone_limits. */
export function readLimits(reader: OptionReader): LimitsConfig | null {
  if (!reader.read(options.useKeystoneLimits)) return null;
  const at = authSection(reader, options.authSection);
  return {
    authUrl: required(reader, at(options.authUrl)),
    readUrl: reader.read(options.endpointOverride),
    ...readCredentials(reader, at),
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
    caFile: readPemFile(reader, options.caFile),
  };
}

type At = ReturnType<typeof authSection>;

function readCredentials(
  reader: OptionReader,
  at: At,
): Pick<LimitsConfig, 'user' | 'password' | 'scope' | 'applicationCredential'> {
  if (reader.read(at(options.authType)) !== 'v3applicationcredential')
    return {
      user: readUser(reader, at),
      password: required(reader, at(options.password)),
      scope: readScope(reader, at),
    };
  const applicationCredential = readApplicationCredential(reader, options, at);
  const user = 'name' in applicationCredential ? readUser(reader, at) : { id: '' };
  return { user, password: '', scope: { system: { all: true } }, applicationCredential };
}

function readUser(reader: OptionReader, at: At): LimitsConfig['user'] {
  const id = reader.read(at(options.userId));
  if (id !== null) return { id };
  const domain = readDomain(reader, at, options.userDomainId, options.userDomainName);
  return { name: required(reader, at(options.username)), domain };
}

function readScope(reader: OptionReader, at: At): LimitsConfig['scope'] {
  const systemScope = reader.read(at(options.systemScope));
  if (systemScope !== null && systemScope !== 'all')
    reader.refuse(at(options.systemScope), `= "${systemScope}": must be all`);
  if (systemScope !== null) return { system: { all: true } };
  const [domainId, domainName] = [reader.read(at(options.domainId)), reader.read(at(options.domainName))];
  if (domainId !== null) return { domain: { id: domainId } };
  if (domainName !== null) return { domain: { name: domainName } };
  const id = reader.read(at(options.projectId));
  if (id !== null) return { project: { id } };
  const name = reader.read(at(options.projectName));
  if (name === null) reader.refuse(at(options.systemScope), 'is not set: must be all, or set a project or a domain');
  return {
    project: { name: name ?? '', domain: readDomain(reader, at, options.projectDomainId, options.projectDomainName) },
  };
}

function readDomain(
  reader: OptionReader,
  at: At,
  idOption: Option<string | null>,
  nameOption: Option<string | null>,
): Domain {
  const own = domainOf(reader.read(at(idOption)), reader.read(at(nameOption)));
  const shared = domainOf(reader.read(at(options.defaultDomainId)), reader.read(at(options.defaultDomainName)));
  return own ?? shared ?? { name: 'Default' };
}

const domainOf = (id: string | null, name: string | null): Domain | null =>
  id !== null ? { id } : name !== null ? { name } : null;

function required(reader: OptionReader, option: Option<string | null>): string {
  const value = reader.read(option);
  if (value === null) reader.refuse(option, NEEDS);
  return value ?? '';
}
