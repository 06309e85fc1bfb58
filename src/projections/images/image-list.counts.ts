import type { Compilable, Kysely } from 'kysely';
import type { QueryCache } from '../database/query-cache.js';
import type { ReadModelTables } from '../database/read-model-database.js';
import { imagesWith, withTrait } from './image-list.candidates.js';
import type { IndexedFilter, TraitRange } from './image-list.candidates.js';

type Counted = { matches: number | string | bigint };
type CountedTraits = Counted & { earliest: number | string | null; latest: number | string | null };

/** So many images of a trait tell how frequent it is. */
const SAMPLE = 100;

/** `spanMs` is the time between the creation of the first and the last that were counted: the longer, the rarer. */
export type Frequency = Readonly<{ matches: number; spanMs: number }>;

/** The database does not know how often a value occurs, so it is asked, with an end to the counting. */
export class CandidateCounts {
  /** @param few the most that counts as few */
  constructor(
    private readonly database: Kysely<ReadModelTables>,
    private readonly queries: QueryCache,
    private readonly few: number,
  ) {}

  async ofFilter(filter: IndexedFilter): Promise<number> {
    const match = imagesWith(filter)
      .limit(this.few + 1)
      .as('match');
    const count = this.database.selectFrom(match).select(({ fn }) => fn.countAll().as('matches'));
    return Number((await count.executeTakeFirstOrThrow()).matches);
  }

  /** Looks at the latest images with a trait only: `matches` beyond a hundred are not counted. */
  async sampleOfTrait(trait: string, range: TraitRange): Promise<Frequency> {
    const row = await this.latestWith(trait, range, SAMPLE);
    return { matches: Number(row.matches), spanMs: Number(row.latest ?? 0) - Number(row.earliest ?? 0) };
  }

  async ofTrait(trait: string, range: TraitRange): Promise<number> {
    return Number((await this.latestWith(trait, range, this.few + 1)).matches);
  }

  private async latestWith(trait: string, range: TraitRange, limit: number): Promise<CountedTraits> {
    const { owner, visibility, listing } = range;
    const owners = owner === null ? [] : [owner];
    const parameters = [trait, ...owners, visibility, listing, limit];
    const { rows } = await this.queries.execute(this.database, `count trait ${owners.length}`, parameters, () =>
      this.frequencyOf(withTrait(trait, range), limit),
    );
    return rows[0] ?? { matches: 0, earliest: null, latest: null };
  }

  /** Whether the sample is all there is. */
  isRare({ matches }: Frequency): boolean {
    return matches < Math.min(this.few, SAMPLE);
  }

  isFew(matches: number): boolean {
    return matches <= this.few;
  }

  private frequencyOf(rows: ReturnType<typeof withTrait>, limit: number): Compilable<CountedTraits> {
    const latest = rows.orderBy('created_at', 'desc').limit(limit);
    return this.database
      .selectFrom(latest.as('match'))
      .select(({ fn }) => [
        fn.countAll().as('matches'),
        fn.min('match.created_at').as('earliest'),
        fn.max('match.created_at').as('latest'),
      ]);
  }
}
