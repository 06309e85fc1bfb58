import { isIP, BlockList } from 'node:net';
import { join } from 'node:path';
import type { IdentityConfig } from './app-config.js';
import type { IdentityKind } from './paste/flavor.js';
import type { OptionReader } from './option-reader.js';
import { keystoneOptions } from './keystone-options.js';
import { generalOptions, hindsightOptions } from './options.js';

/**
 * @param ofPipeline what the Paste pipeline or flavor asks for; null: it says nothing. `[hindsight] identity` comes first.
 */
export function readIdentity(reader: OptionReader, dataDir: string, ofPipeline: IdentityKind | null): IdentityConfig {
  const configured = reader.read(hindsightOptions.identity);
  const isSet = reader.isSet(hindsightOptions.identity);
  const kind = isSet ? configured : (ofPipeline ?? configured);
  if (!isSet && ofPipeline !== null) reader.settle(hindsightOptions.identity, kind, 'the pipeline of [paste_deploy]');
  if (kind !== 'keystone' && reader.hasGroup('keystone_authtoken')) {
    reader.warnings.push(
      '[keystone_authtoken] has no effect without [hindsight] identity = keystone or [paste_deploy] flavor = keystone',
    );
  }
  switch (kind) {
    case 'builtin':
      return readBuiltin(reader, dataDir);
    case 'keystone':
      return readKeystone(reader);
    case 'headers':
    case 'trusted-auth':
      return { kind: 'headers', allowRemote: readAllowRemote(reader, kind) };
    case 'fakeauth':
    case 'none':
      return { kind, allowRemote: readAllowRemote(reader, kind) };
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
  const userId = reader.read(keystoneOptions.userId);
  return {
    kind: 'keystone',
    authUrl,
    wwwAuthenticateUri: reader.read(keystoneOptions.wwwAuthenticateUri) ?? authUrl,
    username: userId === null ? required(keystoneOptions.username) : '',
    password: required(keystoneOptions.password),
    projectName: reader.read(keystoneOptions.projectName),
    userDomainName: reader.read(keystoneOptions.userDomainName),
    projectDomainName: reader.read(keystoneOptions.projectDomainName),
    ids: {
      user: userId,
      userDomain: reader.read(keystoneOptions.userDomainId),
      project: reader.read(keystoneOptions.projectId),
      projectDomain: reader.read(keystoneOptions.projectDomainId),
    },
    serviceTokenRoles: reader.read(keystoneOptions.serviceTokenRoles).map((role) => role.toLowerCase()),
    serviceTokenRolesRequired: reader.read(keystoneOptions.serviceTokenRolesRequired),
    timeoutS: reader.read(keystoneOptions.httpConnectTimeout),
    cacheS: Math.max(reader.read(keystoneOptions.tokenCacheTime), 0),
    insecure: reader.read(keystoneOptions.insecure),
    caFile: reader.read(keystoneOptions.caFile),
  };
}

/** Such a service must not come within reach of other machines by accident. */
function readAllowRemote(reader: OptionReader, kind: string): boolean {
  const allowRemote = reader.read(hindsightOptions.identityHeadersAllowRemote);
  const host = reader.read(generalOptions.bindHost);
  if (!allowRemote && !isLoopback(host)) {
    reader.refuse(
      generalOptions.bindHost,
      `= "${host}" lets other machines claim any identity with [hindsight] identity = ${kind}: must be a loopback ` +
        'address, or set [hindsight] identity_headers_allow_remote = true',
    );
  }
  return allowRemote;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const version = isIP(host);
  return version !== 0 && loopback.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
