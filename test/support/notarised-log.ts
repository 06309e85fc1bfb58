import { mkdtempSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyAudit } from '../../src/cli/audit/audit-verification.js';
import type { AuditReport } from '../../src/cli/audit/audit-verification.js';
import { chainedEvents } from '../../src/events/chained-events.js';
import type { EventStore } from '../../src/events/event-store.js';
import { systemClock } from '../../src/kernel/clock.js';
import { AuditKeyFile } from '../../src/modules/audit/commands/audit-key-file.js';
import type { AuditKey } from '../../src/modules/audit/commands/audit-keys.js';
import { AuditLog } from '../../src/modules/audit/commands/audit-log.js';
import { CheckpointFile } from '../../src/modules/audit/commands/checkpoint-file.js';
import type { ReactorCheckpoints } from '../../src/workers/reactor.js';
import { Notary } from '../../src/workers/notary/notary.js';
import type { NotaryParts } from '../../src/workers/notary/notary.js';
import { newEvent } from './new-event.js';

/** A folder with a notary's key and file of checkpoints, for one log or several. */
export class NotaryDesk {
  readonly dir = mkdtempSync(join(tmpdir(), 'hindsight-notary-'));
  readonly keys = new AuditKeyFile(join(this.dir, 'audit-key.pem'));
  readonly filePath = join(this.dir, 'checkpoints.jsonl');

  static async open(): Promise<NotaryDesk> {
    const desk = new NotaryDesk();
    await desk.keys.makeIfMissing();
    return desk;
  }

  close(): void {
    rmSync(this.dir, { recursive: true });
  }

  /** A notary that signs as soon as it has read all there is, or so many events. */
  notary(eventStore: EventStore, parts: Partial<NotaryParts> = {}): Notary {
    return new Notary({
      eventStore,
      clock: systemClock,
      keys: this.keys,
      file: null,
      checkpoints: { load: () => Promise.resolve(0n), save: () => Promise.resolve() },
      log: {
        signed: () => undefined,
        notFiled: (error) => {
          throw error;
        },
      },
      limits: { maxEvents: 1000, maxAgeMs: 0, pauseMs: 1 },
      ...parts,
    });
  }

  /** Has all that is in the log signed. There must be something that is not. */
  async sign(eventStore: EventStore, parts: Partial<NotaryParts> = {}): Promise<void> {
    const stop = new AbortController();
    const checkpoints = parts.checkpoints ?? { load: () => Promise.resolve(0n), save: () => Promise.resolve() };
    const ending: ReactorCheckpoints = {
      load: (name) => checkpoints.load(name),
      save: async (name, position) => {
        await checkpoints.save(name, position);
        if (position === (await eventStore.lastPosition())) stop.abort();
      },
    };
    await this.notary(eventStore, { ...parts, checkpoints: ending }).run(stop.signal);
  }

  file(): CheckpointFile {
    return new CheckpointFile(this.filePath);
  }

  /** What `verify --audit` finds. */
  async verify(eventStore: EventStore, withFile = false, trusted?: readonly AuditKey[]): Promise<AuditReport> {
    const keys = trusted ?? (await this.keys.read()).all;
    const file = withFile ? { path: this.filePath, size: (await stat(this.filePath)).size } : null;
    return verifyAudit({ eventStore, log: new AuditLog(eventStore, systemClock), keys, file }, () => undefined);
  }
}

/** Appends events that carry the hash of the one before them, as every writer does. */
export async function appendChained(eventStore: EventStore, stream: string, count = 1): Promise<void> {
  const [last] = await eventStore.readStream(stream, { direction: 'backwards', limit: 1 });
  const { metadata } = newEvent();
  const plain = Array.from({ length: count }, (_, n) => ({ type: 'SomethingHappened', schemaVersion: 1, data: { n } }));
  await eventStore.append(stream, last?.revision ?? 'no_stream', chainedEvents(stream, last, plain, metadata));
}
