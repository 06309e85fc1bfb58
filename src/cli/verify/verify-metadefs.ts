import { isDeepStrictEqual } from 'node:util';
import { namespaceStream, resourceTypeStream } from '../../modules/metadefs/commands/metadef-streams.js';
import {
  namespaceTablesThatDiffer,
  storedNamespaceKeys,
  storedTypes,
} from '../../projections/metadefs/metadef-row-differences.js';
import type { Finding } from './finding.js';
import type { ImageLog } from './image-log.js';
import { MetadefFold } from './metadef-fold.js';
import type { Verified } from './verified.js';

type Shown = Readonly<{
  subject: string;
  /** What the read model says otherwise than the stream; null: nothing. */
  problem: (fold: MetadefFold) => Promise<string | null>;
}>;

type ReadModels = Pick<Verified, 'database' | 'metadefs'>;

/** Compares what is shown of metadata definitions with the fold of each stream, and looks for what no stream explains. */
export async function* verifyMetadefs(log: ImageLog, verified: Verified): AsyncGenerator<Finding> {
  const { database, projections } = verified;
  try {
    await projections.catchUp(log.lastPosition);
  } catch {
    return; // what stops the read models has been reported with those of images
  }
  const namespaces = (await storedNamespaceKeys(database)).map(namespaceStream);
  const types = [...(await storedTypes(database)).keys()].map(resourceTypeStream);
  for (const stream of new Set([...log.metadefs.keys(), ...namespaces, ...types])) {
    const { subject, problem } = shownOf(stream, verified);
    const fold = log.metadefs.get(stream) ?? new MetadefFold(stream);
    if (fold.undecided || (await problem(fold)) === null) continue;
    const now = await foldAgain(stream, verified); // the service may have gone on meanwhile
    const found = now.undecided ? null : await problem(now);
    if (found !== null) yield { check: 'read_model', subject, problem: found };
  }
}

const DIFFERS = 'the read model differs from the events';

const shownOf = (stream: string, readModels: ReadModels): Shown => {
  const key = stream.slice(stream.indexOf('-') + 1);
  return stream === namespaceStream(key)
    ? {
        subject: `metadata definition namespace ${key}`,
        problem: ({ namespace }) => namespaceProblem(key, namespace, readModels),
      }
    : { subject: `resource type ${key}`, problem: ({ type }) => typeProblem(key, type, readModels) };
};

async function namespaceProblem(
  key: string,
  namespace: MetadefFold['namespace'],
  { database, metadefs }: ReadModels,
): Promise<string | null> {
  if (!equal(await metadefs.find(key), namespace)) return DIFFERS;
  const tables = await namespaceTablesThatDiffer(database, key, namespace);
  return tables.length === 0 ? null : `lists find it by what it is not: the rows differ in ${tables.join(', ')}`;
}

async function typeProblem(
  key: string,
  type: MetadefFold['type'],
  { database }: Pick<ReadModels, 'database'>,
): Promise<string | null> {
  const stored = (await storedTypes(database)).get(key);
  const shown = stored && { position: stored.position, data: JSON.parse(stored.document) as unknown };
  return equal(shown ?? null, type) ? null : DIFFERS;
}

const foldAgain = async (
  stream: string,
  { eventStore, codec, projections }: Pick<Verified, 'eventStore' | 'codec' | 'projections'>,
): Promise<MetadefFold> => {
  const fold = new MetadefFold(stream);
  const events = await eventStore.readStream(stream);
  for (const event of events) fold.add(event, codec);
  await projections.catchUp(events.at(-1)?.position ?? 0n);
  return fold;
};

/** The read model has been through JSON, which knows no order of names but that in which they came. */
const equal = (shown: unknown, folded: unknown): boolean =>
  isDeepStrictEqual(shown, JSON.parse(JSON.stringify(folded)) as unknown);
