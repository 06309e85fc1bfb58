import type { CompiledQuery } from 'kysely';
import { InMemoryEventStore } from '../../../src/events/adapters/in-memory/in-memory.event-store.js';
import { metadefEvents } from '../../../src/events/contracts/metadef-events.js';
import { EventCodec } from '../../../src/events/event-codec.js';
import { selectPage } from '../../../src/projections/metadefs/namespace-list.select.js';
import { SqlMetadefProjection } from '../../../src/projections/metadefs/sql-metadef.projection.js';
import { ProjectionRunner } from '../../../src/projections/projection-runner.js';
import { startSqliteHarness } from './sqlite.harness.js';

describe('how SQLite answers a list of metadata definitions', () => {
  it('reads one range of an index, from where the last page ended', async () => {
    const harness = await startSqliteHarness();
    try {
      const database = await harness.open();
      const { reader, dialect } = database;
      const codec = EventCodec.of([metadefEvents]);
      const projections = [new SqlMetadefProjection()];
      await new ProjectionRunner(new InMemoryEventStore(), codec, database, projections).migrate();
      const time = '2026-03-01T12:00:00.000Z';
      const said = { displayName: null, description: null, visibility: null, protected: null };
      const after = {
        name: 'n',
        owner: 'mine',
        createdAt: time,
        updatedAt: time,
        revision: 0,
        associations: [],
        ...said,
      };
      const viewer = { projectId: null, isAdmin: true };
      const sort = { key: 'created_at', direction: 'desc' } as const;
      const query = { viewer, visibility: null, resourceTypes: null, sort, after, limit: 25 };
      const page = selectPage(reader, query, dialect).compile();
      const explain = { ...page, sql: `explain query plan ${page.sql}` } as CompiledQuery<{ detail: string }>;
      const { rows } = await reader.executeQuery(explain);
      expect(rows.map(({ detail }) => detail)).toEqual([
        'SEARCH metadef_namespaces USING INDEX metadef_namespaces_created ((created_at,key)<(?,?))',
      ]);
    } finally {
      await harness.tearDown();
    }
  });
});
