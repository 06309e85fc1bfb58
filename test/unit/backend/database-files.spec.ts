import Database from 'better-sqlite3';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../../src/config/config-error.js';
import { databaseFiles } from '../../../src/backend/database-files.js';

let dataDir: string;
let databasePath: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hindsight-databases-'));
  databasePath = join(dataDir, 'glance.sqlite');
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const databaseWith = (path: string, ...tables: readonly string[]): void => {
  const database = new Database(path);
  for (const table of tables) database.exec(`CREATE TABLE ${table} (id TEXT)`);
  database.close();
};

describe('The databases', () => {
  it('are in the data folder when no connection is named', () => {
    expect(databaseFiles({ dataDir, databasePath: null })).toEqual({
      events: join(dataDir, 'events.sqlite'),
      readModels: join(dataDir, 'read-models.sqlite'),
    });
  });

  it.each([
    ['nothing is there', () => undefined],
    ['an empty file is there', () => writeFileSync(databasePath, '')],
    ['it is an event log', () => databaseWith(databasePath, 'events', 'images')],
    ['it is a database without tables', () => databaseWith(databasePath)],
    ['it is no database, which the event store says', () => writeFileSync(databasePath, 'a letter')],
  ])('have the name of the connection when %s', (_what, prepare) => {
    prepare();
    expect(databaseFiles({ dataDir, databasePath })).toEqual({
      events: databasePath,
      readModels: `${databasePath}.read-models`,
    });
  });

  it('stand beside the database of a Glance', () => {
    databaseWith(databasePath, 'images', 'image_properties', 'alembic_version');
    expect(databaseFiles({ dataDir, databasePath }).events).toBe(`${databasePath}.events`);
  });

  it('stay beside it when that is gone', () => {
    databaseWith(`${databasePath}.events`, 'events');
    expect(databaseFiles({ dataDir, databasePath }).events).toBe(`${databasePath}.events`);
  });

  it('are not mixed with those of something else', () => {
    databaseWith(databasePath, 'users');
    expect(() => databaseFiles({ dataDir, databasePath })).toThrow(ConfigError);
    expect(() => databaseFiles({ dataDir, databasePath })).toThrow(/\[database\] connection names .*glance\.sqlite/);
  });
});
