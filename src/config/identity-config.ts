import { isIP, BlockList } from 'node:net';
import { join } from 'node:path';
import type { IdentityConfig } from './app-config.js';
import type { OptionReader } from './option-reader.js';
import { generalOptions, hindsightOptions, keystoneOptions } from './options.js';

export function readIdentity(reader: OptionReader, dataDir: string): IdentityConfig {
  const kind = reader.read(hindsightOptions.identity);
  if (kind !== 'keystone' && reader.hasGroup('keystone_authtoken')) {
    reader.warnings.push('[keystone_authtoken] has no effect without [hindsight] identity = keystone');
  }
  switch (kind) {
    case 'builtin':
      return readBuiltin(reader, dataDir);
    case 'keystone':
      return readKeystone(reader);
    case 'headers':
      return readHeaders(reader);
  }
}

function readBuiltin(reader: OptionReader, dataDir: string): IdentityConfig {
  return {
    kind: 'builtin',
    usersFile: join(dataDir, 'users.yaml'),
    cloudsFile: join(dataDir, 'clouds.yaml'),
    region: reader.read(hindsightOptions.region),
    tokenLifetimeS: reader.read(hindsightOptions.tokenLifetime),
  };
}

function readKeystone(reader: OptionReader): IdentityConfig {
  const required = (option: typeof keystoneOptions.authUrl): string => {
    if (!reader.isSet(option)) reader.refuse(option, 'is not set: identity = keystone needs it');
    return reader.read(option) ?? '';
  };
  const authUrl = required(keystoneOptions.authUrl);
  reader.read(keystoneOptions.authType);
  return {
    kind: 'keystone',
    authUrl,
    wwwAuthenticateUri: reader.read(keystoneOptions.wwwAuthenticateUri) ?? authUrl,
    username: required(keystoneOptions.username),
    password: required(keystoneOptions.password),
    projectName: reader.read(keystoneOptions.projectName),
    userDomainName: reader.read(keystoneOptions.userDomainName),
    projectDomainName: reader.read(keystoneOptions.projectDomainName),
    cacheS: Math.max(reader.read(keystoneOptions.tokenCacheTime), 0),
    insecure: reader.read(keystoneOptions.insecure),
    caFile: reader.read(keystoneOptions.caFile),
  };
}

function readHeaders(reader: OptionReader): IdentityConfig {
  const allowRemote = reader.read(hindsightOptions.identityHeadersAllowRemote);
  const host = reader.read(generalOptions.bindHost);
  if (!allowRemote && !isLoopback(host)) {
    reader.refuse(
      generalOptions.bindHost,
      `= "${host}" lets other machines claim any identity with [hindsight] identity = headers: must be a loopback ` +
        'address, or set [hindsight] identity_headers_allow_remote = true',
    );
  }
  return { kind: 'headers', allowRemote };
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const version = isIP(host);
  return version !== 0 && loopback.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
