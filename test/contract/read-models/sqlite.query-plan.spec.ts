import type { CompiledQuery } from 'kysely';
import type { ImageListQuery, ImageSortKey } from '../../../src/projections/images/image-details.read-model.js';
import { imagesWith } from '../../../src/projections/images/image-list.candidates.js';
import { CandidateCounts } from '../../../src/projections/images/image-list.counts.js';
import { findListParts } from '../../../src/projections/images/image-list.parts.js';
import { effectiveOrder } from '../../../src/projections/images/image-list.order.js';
import { selectFirst } from '../../../src/projections/images/image-list.select.js';
import { SqlImageDetailsProjection } from '../../../src/projections/images/sql-image-details.projection.js';
import { SqlImageReadModel } from '../../../src/projections/images/sql-image.read-model.js';
import { QueryCache } from '../../../src/projections/database/query-cache.js';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import { ProjectionRunner } from '../../../src/projections/projection-runner.js';
import { codec, ImageHistory } from './image-history.js';
import type { ReadModelHarness } from './read-model.harness.js';
import { startSqliteHarness } from './sqlite.harness.js';

const query: ImageListQuery = {
  viewer: { projectId: 'mine', isAdmin: false },
  visibility: 'all',
  memberStatus: 'accepted',
  hidden: false,
  filters: [],
  sort: [],
  after: null,
  limit: 25,
};

describe('how SQLite answers a list', () => {
  let harness: ReadModelHarness;
  let database: ReadModelDatabase;
  let counts: CandidateCounts;
  let marker: NonNullable<ImageListQuery['after']>;

  beforeAll(async () => {
    harness = await startSqliteHarness();
    database = await harness.open();
    counts = new CandidateCounts(database.reader, new QueryCache(), 3);
    const history = new ImageHistory();
    const runner = new ProjectionRunner(history.store, codec, database, [new SqlImageDetailsProjection()]);
    await runner.migrate();
    const id = await history.created({ name: 'cirros', tags: ['t', 'common'], properties: { os: 'common' } });
    await history.created({ tags: ['common'], properties: { os: 'common' } });
    await history.offered('mine', 'accepted', { tags: ['t', 'common'] });
    await history.offered('mine', 'accepted', { tags: ['common'] });
    await runner.catchUp();
    marker = (await new SqlImageReadModel(database).find(id))!;
  });
  afterAll(() => harness.tearDown());

  const stepsOf = async (asked: ImageListQuery): Promise<readonly string[]> => {
    const order = effectiveOrder(asked.sort);
    const [first, ...others] = await findListParts(counts, asked, order, database.dialect);
    const page = selectFirst(database.reader, [first!, ...others], {
      order,
      limit: asked.limit,
      cutsParts: false,
    }).compile();
    const explain: CompiledQuery<{ detail: string }> = { ...page, sql: `explain query plan ${page.sql}` };
    const { rows } = await database.reader.executeQuery(explain);
    return rows.map(({ detail }) => detail);
  };
  const planOf = async (asked: ImageListQuery): Promise<readonly string[]> =>
    (await stepsOf(asked)).filter((detail) => /\b(images|image_\w+|found)\b/.test(detail));
  const by = (direction: 'asc' | 'desc', ...keys: readonly ImageSortKey[]): ImageListQuery['sort'] =>
    keys.map((key) => ({ key, direction }));

  const orders = [
    {
      index: 'created',
      range: '(created_at,id)',
      shared: [
        expect.stringMatching(/COVERING INDEX image_members_created .*AND \(created_at,image_id\)<\(\?,\?\)\)$/),
      ],
      sort: by('desc', 'created_at', 'id'),
    },
    {
      index: 'named',
      range: '(name_key,created_at,id)',
      shared: [
        expect.stringMatching(
          /COVERING INDEX image_members_named .*AND \(name_key,created_at,image_id\)>\(\?,\?,\?\)\)$/,
        ),
      ],
      sort: by('asc', 'name', 'created_at', 'id'),
    },
    {
      index: 'sized',
      range: '(size_key,created_at,id)',
      shared: [
        expect.stringMatching(
          /COVERING INDEX image_members_sized .*AND \(size_key,created_at,image_id\)<\(\?,\?,\?\)\)$/,
        ),
      ],
      sort: by('desc', 'size', 'created_at', 'id'),
    },
    {
      index: 'updated',
      range: '(updated_at,created_at,id)',
      shared: [
        expect.stringMatching(/image_members_\w+ \(member_id=\? AND status=\? AND effective=\? AND listing=\?\)$/),
        'SEARCH images USING INDEX sqlite_autoindex_images_1 (id=?)',
      ],
      sort: by('desc', 'updated_at', 'created_at', 'id'),
    },
  ];

  const document = 'SEARCH images USING INDEX sqlite_autoindex_images_1 (id=?)';

  it.each(orders)(
    'in the order $index it reads one range of an index per audience, and then the images of the page',
    async ({ index, range, shared, sort }) => {
      const plan = await planOf({ ...query, sort, after: marker });
      const anybody = expect.stringContaining(
        `COVERING INDEX images_${index} (visibility=? AND listing=? AND ${range}`,
      );
      const owned = expect.stringContaining(
        `COVERING INDEX images_owned_${index} (owner=? AND visibility=? AND listing=? AND ${range}`,
      );
      expect(plan).toEqual([anybody, anybody, owned, ...shared, owned, document]);
      const seenByAdmin = await planOf({ ...query, viewer: { projectId: null, isAdmin: true }, sort, after: marker });
      expect(seenByAdmin).toEqual([anybody, anybody, anybody, anybody, document]);
    },
  );

  const inOrderOfCreation = by('desc', 'created_at', 'id');

  it.each([
    ['nothing', []],
    ['a tag', [{ kind: 'tag', tag: 'common' }]],
    [
      'two traits',
      [
        { kind: 'tag', tag: 'common' },
        { kind: 'property', name: 'os', value: 'common' },
      ],
    ],
  ] as const)('merges the ranges as far as the page goes, filtered by %s', async (_, filters) => {
    const steps = await stepsOf({ ...query, filters, sort: inOrderOfCreation, after: marker });
    expect(steps).toContainEqual(expect.stringContaining('MERGE'));
    expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  });

  it('sorts nothing but the page itself', async () => {
    const [first] = orders;
    const order = effectiveOrder(first!.sort);
    const parts = await findListParts(counts, { ...query, visibility: 'public' }, order, database.dialect);
    const page = selectFirst(database.reader, [parts[0]!], { order, limit: 25, cutsParts: false }).compile();
    const explain: CompiledQuery<{ detail: string }> = { ...page, sql: `explain query plan ${page.sql}` };
    const { rows } = await database.reader.executeQuery(explain);
    expect(rows.filter(({ detail }) => detail.includes('TEMP B-TREE')).length).toBeLessThanOrEqual(1);
  });

  it('finds a name by the index, in whatever order', async () => {
    const plan = await planOf({
      ...query,
      sort: by('desc', 'created_at', 'id'),
      filters: [{ kind: 'equals', column: 'name', values: ['cirros'] }],
    });
    expect(plan.filter((step) => step.includes('name_key=?'))).toHaveLength(5);
  });

  it('reads only what belongs to an owner that is asked for', async () => {
    const plan = await planOf({
      ...query,
      viewer: { projectId: null, isAdmin: true },
      sort: by('desc', 'created_at', 'id'),
      filters: [{ kind: 'equals', column: 'owner', values: ['theirs'] }],
    });
    const owned = expect.stringContaining('images_owned_created (owner=? AND visibility=? AND listing=?)');
    expect(plan).toEqual([owned, owned, owned, owned, document]);
  });

  it.each(['accepted', 'all'] as const)('does not sort what is shared with a project (%s)', async (memberStatus) => {
    const sort = by('desc', 'created_at', 'id');
    const parts = await findListParts(counts, { ...query, memberStatus, visibility: 'shared' }, sort, database.dialect);
    for (const part of parts) {
      const page = selectFirst(database.reader, [part], { order: sort, limit: 25, cutsParts: false }).compile();
      const explain: CompiledQuery<{ detail: string }> = { ...page, sql: `explain query plan ${page.sql}` };
      const { rows } = await database.reader.executeQuery(explain);
      expect(rows.filter(({ detail }) => detail.includes('TEMP B-TREE')).length).toBeLessThanOrEqual(1);
    }
    expect(parts).toHaveLength(memberStatus === 'all' ? 4 : 2);
  });

  it.each([
    ['status', 'images_status (status=?)'],
    ['checksum', 'images_checksum (checksum=?)'],
    ['os_hash_value', 'images_hash (hash_value=?)'],
  ] as const)('counts the images of a rare %s in an index, before it looks them up', async (column, index) => {
    const found = imagesWith({ kind: 'equals', column, values: ['rare'] });
    const page = database.reader.selectFrom(found.limit(25).as('match')).selectAll().compile();
    const explain: CompiledQuery<{ detail: string }> = { ...page, sql: `explain query plan ${page.sql}` };
    const { rows } = await database.reader.executeQuery(explain);
    expect(rows.map(({ detail }) => detail)).toContain(`SEARCH found USING COVERING INDEX ${index}`);
  });

  it('reads only what an audience may see of a tag, in the order of creation', async () => {
    const filters = [{ kind: 'tag', tag: 't' }] as const;
    const range = 'visibility=? AND listing=? AND (created_at,image_id)<(?,?))';
    const anybody = `SEARCH image_traits USING COVERING INDEX image_traits_open (trait=? AND ${range}`;
    const owned = `SEARCH image_traits USING PRIMARY KEY (trait=? AND owner=? AND ${range}`;
    const plan = await planOf({ ...query, filters, sort: inOrderOfCreation, after: marker });
    const membership = expect.stringContaining('image_members');
    expect(plan).toEqual([anybody, anybody, owned, anybody, membership, owned, document]);
    const admin = { ...query, viewer: { projectId: null, isAdmin: true }, sort: inOrderOfCreation, after: marker };
    expect(await planOf({ ...admin, filters })).toEqual([anybody, anybody, anybody, anybody, document]);
    const owner = { kind: 'equals', column: 'owner', values: ['theirs'] } as const;
    const ofOwner = await planOf({ ...admin, visibility: 'public', filters: [...filters, owner] });
    expect(ofOwner).toEqual([owned, document, document]);
  });

  const shared: ImageListQuery = { ...query, visibility: 'shared' };
  const byName = by('asc', 'name', 'created_at', 'id');
  const keyOfTrait = expect.stringMatching(
    /^SEARCH other .*\((?=.*trait=\?)(?=.*visibility=\?)(?=.*listing=\?)(?=.*created_at=\?)(?=.*image_id=\?)/,
  );

  it.each([
    ['created', inOrderOfCreation],
    ['named', byName],
  ] as const)('goes through what is shared and looks for a common trait by its key (%s)', async (index, sort) => {
    const plan = await planOf({ ...shared, filters: [{ kind: 'tag', tag: 'common' }], sort });
    const range = '(member_id=? AND status=? AND effective=? AND listing=?)';
    const members = `SEARCH image_members USING COVERING INDEX image_members_${index} ${range}`;
    expect(plan).toEqual(expect.arrayContaining([members, keyOfTrait]));
  });

  it('looks up the few images of a rare tag in other orders', async () => {
    const plan = await planOf({ ...shared, filters: [{ kind: 'tag', tag: 't' }], sort: byName });
    const range = 'trait=? AND visibility=? AND listing=?)';
    expect(plan).toEqual([
      'SEARCH image_traits USING PRIMARY KEY (trait=? AND owner=? AND visibility=? AND listing=?)',
      document,
      `SEARCH image_traits USING COVERING INDEX image_traits_open (${range}`,
      document,
      expect.stringMatching(/^SEARCH image_members .*PRIMARY KEY \(image_id=\? AND member_id=\?\)$/),
      document,
    ]);
  });

  it('goes through all images by name to look for a common trait by its key', async () => {
    const everything = { ...shared, viewer: { projectId: null, isAdmin: true } };
    const plan = await planOf({ ...everything, filters: [{ kind: 'tag', tag: 'common' }], sort: byName });
    const named = 'SEARCH images USING COVERING INDEX images_named (visibility=? AND listing=?)';
    expect(plan).toEqual([named, keyOfTrait, document]);
  });
});
