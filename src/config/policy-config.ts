import { dirname, resolve } from 'node:path';
import type { AppConfig } from './app-config.js';
import type { OptionReader } from './option-reader.js';
import { readPemFile } from './pem-file.js';
import { policyOptions, propertyOptions } from './policy-options.js';

type ConfigFolders = Readonly<{ files: readonly string[]; directories: readonly string[] }>;

/** Where files are looked for that options name without a folder; the first that has them counts. */
export function searchFolders({ files, directories }: ConfigFolders, dataDir: string): readonly string[] {
  const folders = [...directories, ...files.map((file) => dirname(file))].map((folder) => resolve(folder)).reverse();
  return folders.length > 0 ? [...new Set(folders)] : [dataDir];
}

export function readPolicy(reader: OptionReader, folders: readonly string[]): AppConfig['policy'] {
  const file = reader.read(policyOptions.policyFile);
  return {
    // The default has had two names.
    files: reader.isSet(policyOptions.policyFile) ? [file] : ['policy.yaml', 'policy.json'],
    directories: reader.read(policyOptions.policyDirs),
    folders,
    defaultRule: reader.read(policyOptions.policyDefaultRule),
    enforceNewDefaults: reader.read(policyOptions.enforceNewDefaults),
    enforceScope: reader.read(policyOptions.enforceScope),
    remote: {
      contentType: reader.read(policyOptions.remoteContentType),
      timeoutS: reader.read(policyOptions.remoteTimeout),
      verifyServer: reader.read(policyOptions.remoteSslVerifyServerCrt),
      caFile: readPemFile(reader, policyOptions.remoteSslCaCrtFile),
      clientCertificateFile: readPemFile(reader, policyOptions.remoteSslClientCrtFile),
      clientKeyFile: readPemFile(reader, policyOptions.remoteSslClientKeyFile, 'private key'),
    },
  };
}

export function readProperties(reader: OptionReader, folders: readonly string[]): AppConfig['properties'] {
  return {
    protectionFile: reader.read(propertyOptions.propertyProtectionFile),
    protectionFormat: reader.read(propertyOptions.propertyProtectionRuleFormat),
    folders,
  };
}
