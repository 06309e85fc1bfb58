import { isIP, BlockList } from 'node:net';
import { join } from 'node:path';
import type { IdentityConfig } from './app-config.js';
import type { IdentityKind } from './paste/flavor.js';
import type { OptionReader } from './option-reader.js';
import type { Option } from './option.js';
import { authSection, readApplicationCredential } from './auth-section.js';
import { keystoneOptions as options } from './keystone-options.js';
import { readPemFile } from './pem-file.js';
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
  const at = authSection(reader, options.authSection);
  const required = (option: Option<string | null>): string => {
    if (!reader.isSet(option)) reader.refuse(option, 'is not set: identity = keystone needs it');
    return reader.read(option) ?? '';
  };
  const authUrl = required(at(options.authUrl));
  const byCredential = reader.read(at(options.authType)) === 'v3applicationcredential';
  const isWithoutUser = byCredential && reader.isSet(at(options.applicationCredentialId));
  const userId = reader.read(at(options.userId));
  return {
    kind: 'keystone',
    authUrl,
    wwwAuthenticateUri: reader.read(options.wwwAuthenticateUri) ?? authUrl,
    username: userId === null && !isWithoutUser ? required(at(options.username)) : '',
    password: byCredential ? '' : required(at(options.password)),
    ...(byCredential && { applicationCredential: readApplicationCredential(reader, options, at) }),
    projectName: reader.read(at(options.projectName)),
    userDomainName: reader.read(at(options.userDomainName)),
    projectDomainName: reader.read(at(options.projectDomainName)),
    ids: {
      user: userId,
      userDomain: reader.read(at(options.userDomainId)),
      project: reader.read(at(options.projectId)),
      projectDomain: reader.read(at(options.projectDomainId)),
    },
    serviceTokenRoles: reader.read(options.serviceTokenRoles).map((role) => role.toLowerCase()),
    serviceTokenRolesRequired: reader.read(options.serviceTokenRolesRequired),
    timeoutS: reader.read(options.httpConnectTimeout),
    cacheS: Math.max(reader.read(options.tokenCacheTime), 0),
    insecure: reader.read(options.insecure),
    caFile: readPemFile(reader, options.caFile),
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
