import type { CompiledQuery } from 'kysely';
import type { ImageListQuery, ImageSortKey } from '../../../src/projections/images/image-details.read-model.js';
import { imagesWith } from '../../../src/projections/images/image-list.candidates.js';
import { findListParts } from '../../../src/projections/images/image-list.parts.js';
import { effectiveOrder } from '../../../src/projections/images/image-list.order.js';
import { selectFirst } from '../../../src/projections/images/image-list.select.js';
import { SqlImageDetailsProjection } from '../../../src/projections/images/sql-image-details.projection.js';
import { SqlImageReadModel } from '../../../src/projections/images/sql-image.read-model.js';
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
  let marker: NonNullable<ImageListQuery['after']>;

  beforeAll(async () => {
    harness = await startSqliteHarness();
    database = await harness.open();
    const history = new ImageHistory();
    const runner = new ProjectionRunner(history.store, codec, database, [new SqlImageDetailsProjection()]);
    await runner.migrate();
    const id = await history.created({ name: 'cirros', tags: ['t'] });
    await runner.catchUp();
    marker = (await new SqlImageReadModel(database).find(id))!;
  });
  afterAll(() => harness.tearDown());

  const planOf = async (asked: ImageListQuery): Promise<readonly string[]> => {
    const order = effectiveOrder(asked.sort);
    const [first, ...others] = await findListParts(database.reader, asked, order);
    const page = selectFirst(database.reader, [first!, ...others], { order, limit: asked.limit }).compile();
    const explain: CompiledQuery<{ detail: string }> = { ...page, sql: `explain query plan ${page.sql}` };
    const { rows } = await database.reader.executeQuery(explain);
    return rows.map(({ detail }) => detail).filter((detail) => /\b(images|image_\w+)\b/.test(detail));
  };
  const by = (direction: 'asc' | 'desc', ...keys: readonly ImageSortKey[]): ImageListQuery['sort'] =>
    keys.map((key) => ({ key, direction }));

  const orders = [
    {
      index: 'created',
      range: '(created_at,id)',
      shared: /image_members_created \(.*hidden=\? AND \(created_at,image_id\)<\(\?,\?\)\)$/,
      sort: by('desc', 'created_at', 'id'),
    },
    {
      index: 'named',
      range: '(name_key,created_at,id)',
      shared: /image_members_named \(.*hidden=\? AND \(name_key,created_at,image_id\)>\(\?,\?,\?\)\)$/,
      sort: by('asc', 'name', 'created_at', 'id'),
    },
    {
      index: 'updated',
      range: '(updated_at,created_at,id)',
      shared: /image_members_\w+ \(member_id=\? AND status=\? AND effective=\? AND hidden=\?\)$/,
      sort: by('desc', 'updated_at', 'created_at', 'id'),
    },
  ];

  it.each(orders)(
    'in the order $index it reads one range of an index per audience',
    async ({ index, range, shared, sort }) => {
      const plan = await planOf({ ...query, sort, after: marker });
      const anybody = expect.stringContaining(`images_${index} (visibility=? AND hidden=? AND ${range}`);
      const owned = expect.stringContaining(
        `images_owned_${index} (owner=? AND visibility=? AND hidden=? AND ${range}`,
      );
      expect(plan).toEqual([
        anybody,
        anybody,
        owned,
        expect.stringMatching(shared),
        expect.stringMatching(/^SEARCH images USING INDEX sqlite_autoindex_images\w+ \(id=\?\)$/),
        owned,
      ]);
      const seenByAdmin = await planOf({ ...query, viewer: { projectId: null, isAdmin: true }, sort, after: marker });
      expect(seenByAdmin).toEqual([anybody, anybody, anybody, anybody]);
    },
  );

  it('sorts nothing but the page itself', async () => {
    const [first] = orders;
    const order = effectiveOrder(first!.sort);
    const parts = await findListParts(database.reader, { ...query, visibility: 'public' }, order);
    const page = selectFirst(database.reader, [parts[0]!], { order, limit: 25 }).compile();
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
    expect(plan.filter((step) => step.includes('name_key=?'))).toHaveLength(4);
  });

  it('reads only what belongs to an owner that is asked for', async () => {
    const plan = await planOf({
      ...query,
      viewer: { projectId: null, isAdmin: true },
      sort: by('desc', 'created_at', 'id'),
      filters: [{ kind: 'equals', column: 'owner', values: ['theirs'] }],
    });
    const owned = expect.stringContaining('images_owned_created (owner=? AND visibility=? AND hidden=?)');
    expect(plan).toEqual([owned, owned, owned, owned]);
  });

  it.each(['accepted', 'all'] as const)('does not sort what is shared with a project (%s)', async (memberStatus) => {
    const sort = by('desc', 'created_at', 'id');
    const parts = await findListParts(database.reader, { ...query, memberStatus, visibility: 'shared' }, sort);
    for (const part of parts) {
      const page = selectFirst(database.reader, [part], { order: sort, limit: 25 }).compile();
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
    const { upTo } = imagesWith({ kind: 'equals', column, values: ['rare'] });
    const page = database.reader.selectFrom(upTo(25).as('match')).selectAll().compile();
    const explain: CompiledQuery<{ detail: string }> = { ...page, sql: `explain query plan ${page.sql}` };
    const { rows } = await database.reader.executeQuery(explain);
    expect(rows.map(({ detail }) => detail)).toContain(`SEARCH found USING COVERING INDEX ${index}`);
  });

  it('looks up the few images of a rare tag, and no others', async () => {
    const plan = await planOf({ ...query, sort: by('desc', 'created_at', 'id'), filters: [{ kind: 'tag', tag: 't' }] });
    expect(plan.slice(0, 2)).toEqual([
      'SEARCH image_tags USING COVERING INDEX image_tags_tag (tag=?)',
      expect.stringMatching(/^SEARCH images USING INDEX sqlite_autoindex_images\w+ \(id=\?\)$/),
    ]);
  });
});
