import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AppConfig, IdentityConfig } from './app-config.js';
import { keyManagerOptions as options } from './key-manager-options.js';
import type { OptionReader } from './option-reader.js';
import { readPemFile } from './pem-file.js';

/** Names under which oslo's libraries know Barbican. */
const BARBICAN = /(^|\.)barbican(\.|$)|BarbicanKeyManager$/;

export function readKeyManager(reader: OptionReader, identity: IdentityConfig): AppConfig['keyManager'] {
  const folder = reader.read(options.certificateDir);
  if (folder !== null && !isFolder(folder))
    reader.refuse(options.certificateDir, `= "${folder}": there is no such folder`);
  const backend = reader.read(options.backend);
  const isBarbican = BARBICAN.test(backend);
  if (!isBarbican) reader.refuse(options.backend, `= "${backend}": must be barbican`);
  const endpoint = reader.read(options.endpoint);
  const authUrl = reader.read(options.authEndpoint) ?? (identity.kind === 'keystone' ? identity.authUrl : null);
  return {
    certificateDir: folder === null ? null : resolve(folder),
    barbican:
      endpoint === null && authUrl === null
        ? null
        : {
            endpoint,
            authUrl: authUrl ?? '',
            apiVersion: reader.read(options.apiVersion),
            interface: reader.read(options.endpointType),
            region: reader.read(options.regionName),
            verifyTls: reader.read(options.verifySsl),
            caFile: readPemFile(reader, options.verifySslPath),
          },
  };
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
