import { join, resolve } from 'node:path';
import type { AppConfig } from './app-config.js';
import { auditOptions as options } from './audit-options.js';
import type { OptionReader } from './option-reader.js';

export function readAudit(reader: OptionReader, dataDir: string): AppConfig['audit'] {
  const keyFile = reader.read(options.keyFile);
  const checkpointFile = reader.read(options.checkpointFile);
  return {
    keyFile: keyFile === null ? join(dataDir, 'audit-key.pem') : resolve(keyFile),
    makesKey: keyFile === null,
    checkpointFile: checkpointFile === null ? null : resolve(checkpointFile),
    maxEvents: reader.read(options.checkpointEvents),
    maxAgeS: reader.read(options.checkpointInterval),
  };
}
