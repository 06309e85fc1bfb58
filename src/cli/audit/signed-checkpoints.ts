import type { AuditCheckpointSigned, AuditEvent } from '../../events/contracts/audit-events.js';
import { isSignedWith } from '../../modules/audit/commands/audit-signatures.js';
import type { AuditLog } from '../../modules/audit/commands/audit-log.js';
import { readCheckpointFile } from '../../modules/audit/commands/checkpoint-file.js';
import { AuditKeyInvalid } from '../../modules/audit/domain/audit.errors.js';
import { eventMisfit, MisfitFound } from './misfit.js';
import type { TrustedKeys } from './trusted-keys.js';

type Placed = Readonly<{ misfit: (problem: string) => MisfitFound }>;

/** What a notary has recorded, in the log or in a file. */
export type PlacedRecord = Placed & Readonly<{ event: AuditEvent }>;

/** A checkpoint whose signature is right. */
export type SignedCheckpoint = Placed & Readonly<{ data: AuditCheckpointSigned['data']; isTrusted: boolean }>;

/** @param upTo revision that is read at last */
export async function* recordsInLog(log: AuditLog, upTo: number): AsyncGenerator<PlacedRecord> {
  for await (const { recorded, event } of log.records(0, upTo)) {
    yield { event, misfit: (problem) => eventMisfit(recorded, problem) };
  }
}

/** @param size bytes of the file that are read */
export async function* recordsInFile(file: string, size: number): AsyncGenerator<PlacedRecord> {
  for await (const { line, record } of readCheckpointFile(file, size)) {
    const misfit = (problem: string): MisfitFound => new MisfitFound({ place: { file, line }, problem });
    if (record === null) throw misfit('it is no record of a notary');
    yield { event: record.event, misfit };
  }
}

/** The checkpoints among them. @throws MisfitFound at one that is not signed as it says */
export async function* signedCheckpoints(
  records: AsyncIterable<PlacedRecord>,
  keys: TrustedKeys,
): AsyncGenerator<SignedCheckpoint> {
  for await (const { event, misfit } of records) {
    if (event.type === 'AuditKeyIntroduced') {
      if (!isInOrder(() => keys.introduce(event))) throw misfit('the key that it introduces is not what it says');
      continue;
    }
    const { data } = event;
    const key = keys.find(data.keyId);
    if (key === undefined) throw misfit(`it is signed with the key ${data.keyId}, which is not known`);
    if (!isSignedWith(key, data)) throw misfit('its signature is wrong');
    yield { data, misfit, isTrusted: keys.trusts(data.keyId) };
  }
}

function isInOrder(introduce: () => boolean): boolean {
  try {
    return introduce();
  } catch (error) {
    if (error instanceof AuditKeyInvalid) return false;
    throw error;
  }
}
