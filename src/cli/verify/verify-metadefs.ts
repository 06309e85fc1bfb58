import { isDeepStrictEqual } from 'node:util';
import { namespaceStream, resourceTypeStream } from '../../modules/metadefs/commands/metadef-streams.js';
import type { MetadefReadModel, NamespaceListQuery } from '../../projections/metadefs/metadef.read-model.js';
import type { Finding } from './finding.js';
import type { ImageLog } from './image-log.js';
import { MetadefFold } from './metadef-fold.js';
import type { Verified } from './verified.js';

type Shown = Readonly<{
  /** What the read model says that the stream says, too. */
  sameAs: (fold: MetadefFold) => Promise<boolean>;
  subject: string;
}>;

const ALL: NamespaceListQuery = {
  viewer: { projectId: null, isAdmin: true },
  visibility: null,
  resourceTypes: null,
  sort: { key: 'namespace', direction: 'asc' },
  after: null,
  limit: Number.MAX_SAFE_INTEGER,
};

/** Compares what is shown of metadata definitions with the fold of each stream, and looks for what no stream explains. */
export async function* verifyMetadefs(log: ImageLog, verified: Verified): AsyncGenerator<Finding> {
  const { metadefs, projections } = verified;
  try {
    await projections.catchUp(log.lastPosition);
  } catch {
    return; // what stops the read models has been reported with those of images
  }
  const namespaces = new Map((await metadefs.list(ALL)).map(({ name }) => [namespaceStream(name), name]));
  const types = new Map((await metadefs.resourceTypes()).map(({ name }) => [resourceTypeStream(name), name]));
  for (const stream of new Set([...log.metadefs.keys(), ...namespaces.keys(), ...types.keys()])) {
    const shown = shownOf(stream, metadefs);
    const fold = log.metadefs.get(stream) ?? new MetadefFold(stream);
    if (fold.undecided || (await shown.sameAs(fold))) continue;
    const now = await foldAgain(stream, verified); // the service may have gone on meanwhile
    if (now.undecided || (await shown.sameAs(now))) continue;
    yield { check: 'read_model', subject: shown.subject, problem: 'the read model differs from the events' };
  }
}

const shownOf = (stream: string, metadefs: MetadefReadModel): Shown => {
  const name = stream.slice(stream.indexOf('-') + 1);
  return stream === namespaceStream(name)
    ? {
        subject: `metadata definition namespace ${name}`,
        sameAs: async ({ namespace }) => equal(await metadefs.find(name), namespace),
      }
    : {
        subject: `resource type ${name}`,
        sameAs: async ({ typeName }) =>
          ((await metadefs.resourceTypes()).find((type) => resourceTypeStream(type.name) === stream)?.name ?? null) ===
          typeName,
      };
};

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
