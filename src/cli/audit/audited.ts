import { readFile, stat } from 'node:fs/promises';
import type { AppConfig } from '../../config/app-config.js';
import { ConfigError } from '../../config/config-error.js';
import type { EventStore } from '../../events/event-store.js';
import { systemClock } from '../../kernel/clock.js';
import { errorCodeOf } from '../../kernel/error-code.js';
import type { AuditKey } from '../../modules/audit/commands/audit-keys.js';
import { readAuditKeys } from '../../modules/audit/commands/audit-keys.js';
import { AuditLog } from '../../modules/audit/commands/audit-log.js';
import { AuditKeyInvalid } from '../../modules/audit/domain/audit.errors.js';
import type { Audited } from './audit-verification.js';

/** Files that `verify --audit` goes by; null: those of the configuration. */
type AuditFiles = Readonly<{ publicKey: string | null; checkpoints: string | null }>;

/** @throws ConfigError when a file that is named cannot be used, or there is no key to verify with */
export async function auditedBy(
  eventStore: EventStore,
  { audit }: Pick<AppConfig, 'audit'>,
  { publicKey, checkpoints }: AuditFiles,
): Promise<Audited> {
  const keys = await keysIn(
    publicKey ?? audit.keyFile,
    publicKey === null ? '[hindsight] audit_key_file' : '--public-key',
  );
  const file = checkpoints ?? audit.checkpointFile;
  const option = checkpoints === null ? '[hindsight] audit_checkpoint_file' : '--checkpoints';
  return {
    eventStore,
    log: new AuditLog(eventStore, systemClock),
    keys,
    file: file === null ? null : await sized(file, option),
  };
}

export async function keysIn(path: string, option: string): Promise<readonly AuditKey[]> {
  try {
    return readAuditKeys(await readFile(path, 'utf8'), path);
  } catch (error) {
    throw unusable(option, path, error);
  }
}

async function sized(path: string, option: string): Promise<Readonly<{ path: string; size: number }>> {
  try {
    return { path, size: (await stat(path)).size };
  } catch (error) {
    throw unusable(option, path, error);
  }
}

function unusable(option: string, path: string, cause: unknown): unknown {
  const code = errorCodeOf(cause);
  if (!(cause instanceof AuditKeyInvalid) && code === null) return cause;
  const problem = cause instanceof AuditKeyInvalid ? cause.message : `${path} cannot be read (${code ?? ''})`;
  return new ConfigError([`${option}: ${problem}`], { cause });
}
