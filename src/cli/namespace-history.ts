import type { MetadefNamespace } from '../events/contracts/metadef-content.js';
import { metadefNamespaceEvents } from '../events/contracts/metadef-events.js';
import type { MetadefNamespaceEvent } from '../events/contracts/metadef-events.js';
import { evolveNamespace, isSameName } from '../events/contracts/metadef-evolve.js';
import type { AnyEvent } from '../events/event-codec.js';
import type { RecordedEvent } from '../events/event-store.js';
import { namespaceStream } from '../modules/metadefs/commands/metadef-streams.js';
import { differences } from '../projections/history/field-changes.js';
import { namespaceFields } from '../projections/history/namespace-fields.js';
import type { HistoryEntry, Log } from './history.js';
import { printEntries } from './history.js';
import type { Print } from './print.js';

type Life = Readonly<{ entries: readonly HistoryEntry[]; namespace: MetadefNamespace | null }>;

/** Where a life under another name ended: with this attempt to rename, before this position. */
type End = Readonly<{ renameId: string; before: bigint }>;

/**
 * Tells what happened under the name of a namespace, also after it was deleted or got another name, and what had happened
 * to it before it got this one.
 * @returns whether there is, or ever was, such a namespace
 */
export async function printNamespaceHistory(log: Log, name: string, json: boolean, print: Print): Promise<boolean> {
  const { entries } = await lifeUnder(name, log, null);
  printEntries(withoutRepetition(entries, name), json, print);
  return entries.length > 0;
}

async function lifeUnder(name: string, log: Log, end: End | null): Promise<Life> {
  let life: Life = { entries: [], namespace: null };
  for (const envelope of await log.eventStore.readStream(namespaceStream(name))) {
    if (end !== null && envelope.position >= end.before) break;
    const event = log.codec.decode(envelope);
    if (!isNamespaceEvent(event)) continue;
    const { entries, namespace } = await lifeBefore(event, envelope, life, log, end);
    const after = evolveNamespace(namespace, event);
    const changes = differences(namespaceFields(namespace), namespaceFields(after));
    life = { entries: [...entries, { envelope, reason: null, under: name, changes }], namespace: after };
    if (event.type === 'MetadefNamespaceRenameRequested' && event.data.renameId === end?.renameId) break;
  }
  return life;
}

/** Of a life that went on under another name only what happened to that namespace; else all that happened under a name. */
async function lifeBefore(
  event: MetadefNamespaceEvent,
  { position }: RecordedEvent,
  life: Life,
  log: Log,
  end: End | null,
): Promise<Life> {
  const others = end === null ? life.entries : [];
  if (event.type === 'MetadefNamespaceCreated') return { entries: others, namespace: null };
  if (event.type !== 'MetadefNamespaceAdopted') return life;
  const { previousName, renameId } = event.data;
  const { entries, namespace } = await lifeUnder(previousName, log, { renameId, before: position });
  return { entries: [...others, ...entries], namespace };
}

/** A namespace that came back to a name has begun there, too. */
function withoutRepetition(entries: readonly HistoryEntry[], name: string): readonly HistoryEntry[] {
  const positions = new Set<bigint>();
  return entries.flatMap(({ under, ...entry }) => {
    const { position } = entry.envelope;
    if (positions.has(position)) return [];
    positions.add(position);
    const isElsewhere = under !== undefined && !isSameName(under, name);
    return [{ ...entry, ...(isElsewhere && { under }) }];
  });
}

const isNamespaceEvent = (event: AnyEvent): event is MetadefNamespaceEvent =>
  Object.hasOwn(metadefNamespaceEvents, event.type);
