import { readFileSync } from 'node:fs';
import { EventCodec } from '../../../src/events/event-codec.js';
import { auditEvents } from '../../../src/events/contracts/audit-events.js';
import type { AuditCheckpointSigned, AuditKeyIntroduced } from '../../../src/events/contracts/audit-events.js';
import { eventHash } from '../../../src/events/event-hash.js';
import type { RecordedEvent } from '../../../src/events/event-store.js';
import { CHAIN_START, chained, entryHash } from '../../../src/events/log-chain.js';
import { keyFromText } from '../../../src/modules/audit/commands/audit-keys.js';
import { isEndorsedBy, isSignedWith } from '../../../src/modules/audit/commands/audit-signatures.js';
import { traceEntry } from '../../../src/modules/audit/commands/audit-trace.js';

/** A log as an earlier version wrote it; positions are text, for JSON has no larger numbers. */
const log: readonly RecordedEvent[] = JSON.parse(
  readFileSync(new URL('golden/audited-log.v1.json', import.meta.url), 'utf8'),
).map((event: any) => ({ ...event, position: BigInt(event.position) }));

const codec = EventCodec.of([auditEvents]);
const read = (type: string): any[] =>
  log.filter((event) => event.type === type).map((event) => codec.decode(event).data);

/** What released versions have signed must be right for ever: these are no tests of what one could change. */
describe('a log that an earlier version signed', () => {
  const introductions: AuditKeyIntroduced['data'][] = read('AuditKeyIntroduced');
  const checkpoints: AuditCheckpointSigned['data'][] = read('AuditCheckpointSigned');
  const keys = introductions.map(({ publicKey }) => keyFromText(publicKey, 'the log'));

  it('has keys of the same names, the second endorsed by the first', () => {
    expect(keys.map(({ id }) => id)).toEqual(introductions.map(({ keyId }) => keyId));
    expect(isEndorsedBy(keys[0]!, introductions[1]!)).toBe(true);
    expect(isEndorsedBy(keys[1]!, introductions[1]!)).toBe(false);
    expect(isEndorsedBy(keys[0]!, { ...introductions[1]!, introducedAt: '2020-01-01T00:00:00.000Z' })).toBe(false);
  });

  it('has checkpoints whose signatures are right', () => {
    expect(checkpoints.map((checkpoint, n) => isSignedWith(keys[n]!, checkpoint))).toEqual([true, true]);
    expect(isSignedWith(keys[0]!, checkpoints[1]!)).toBe(false);
  });

  it('comes to the same hashes', () => {
    let chain = CHAIN_START;
    const traced: string[] = [];
    const reached = new Map<string, string>();
    for (const event of log) {
      const entry = entryHash(event);
      chain = chained(chain, event, entry);
      traced.push(traceEntry(event.position, entry));
      reached.set(String(event.position), chain.hash);
    }
    for (const { position, chainHash } of checkpoints) expect(reached.get(position)).toBe(chainHash);
    expect(checkpoints.flatMap(({ trace }) => trace)).toEqual(traced.slice(0, checkpoints.at(-1)!.eventCount));
  });

  it('has events that each carry the hash of the one before it', () => {
    const own = log.filter(({ stream }) => stream === 'audit-log');
    for (const [n, { metadata }] of own.entries()) {
      const previous = own[n - 1];
      expect(metadata.previousHash).toBe(
        previous === undefined ? null : eventHash('audit-log', previous.revision, previous),
      );
    }
  });
});
