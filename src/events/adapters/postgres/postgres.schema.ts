import type { Client } from 'pg';
import { EventStoreIncompatible } from '../../events.errors.js';

/** Expected revisions as `append_events` takes them, beside those of the stream, which count from 0. */
export const EXPECTED = { noStream: -1, any: -2 } as const;

/** Channel on which `append_events` tells of which types it has appended events, separated by commas. */
export const CHANNEL = 'hindsight_events';

/** Whoever migrates holds it: an arbitrary number that nothing else in the database is likely to use. */
const MIGRATION_LOCK = 7_236_041_912;

/**
 * Step n leads from schema version n to n + 1. Released steps are never edited.
 *
 * `log_end` has one row. Whoever appends locks it until the commit, so that positions come in the order of commits. The
 * function is one statement for its caller: the lock is held as long as the server works, and never while a network or a
 * client is slow. In PL/pgSQL each query sees what was committed before it began, hence also what the last holder did.
 * What is sent again (`repeated`) may be there although nobody heard of it: its ids tell, and it is not done twice. Where any
 * revision will do, that is always looked up, for no revision tells a statement that arrives late.
 */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE hindsight_events.log_end (
     only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
     position bigint  NOT NULL
   );
   INSERT INTO hindsight_events.log_end (position) VALUES (0);

   CREATE TABLE hindsight_events.events (
     position       bigint  PRIMARY KEY,
     stream         text    COLLATE "C" NOT NULL,
     revision       integer NOT NULL,
     id             text    COLLATE "C" NOT NULL,
     type           text    COLLATE "C" NOT NULL,
     schema_version integer NOT NULL,
     data           json    NOT NULL,
     metadata       json    NOT NULL,
     UNIQUE (stream, revision)
   );

   CREATE FUNCTION hindsight_events.append_events(
     streams text[], expected integer[], counts integer[],
     ids text[], types text[], schema_versions integer[], datas json[], metadatas json[],
     repeated boolean
   ) RETURNS TABLE (appended boolean, last_revision integer, last_position bigint)
   LANGUAGE plpgsql AS $function$
   #variable_conflict use_column
   DECLARE
     start_position    bigint;
     end_position      bigint;
     revision_now      integer;
     earlier_revision  integer;
     earlier_position  bigint;
     done              integer := 0;
     appended_types    text;
   BEGIN
     SELECT position INTO STRICT start_position FROM hindsight_events.log_end FOR UPDATE;
     end_position := start_position;
     FOR n IN 1 .. cardinality(streams) LOOP
       SELECT coalesce(max(revision), ${EXPECTED.noStream}) INTO revision_now
         FROM hindsight_events.events WHERE stream = streams[n];
       earlier_revision := NULL;
       IF repeated OR expected[n] = ${EXPECTED.any} THEN
         SELECT revision, position INTO earlier_revision, earlier_position
           FROM hindsight_events.events WHERE stream = streams[n] AND id = ids[done + counts[n]];
       END IF;
       IF earlier_revision IS NOT NULL THEN
         RETURN QUERY SELECT true, earlier_revision, earlier_position;
       ELSIF expected[n] NOT IN (${EXPECTED.any}, revision_now) THEN
         RETURN QUERY SELECT false, revision_now, NULL::bigint;
       ELSE
         INSERT INTO hindsight_events.events (position, stream, revision, id, type, schema_version, data, metadata)
           SELECT end_position + k, streams[n], revision_now + k, ids[done + k], types[done + k],
                  schema_versions[done + k], datas[done + k], metadatas[done + k]
             FROM generate_series(1, counts[n]) k;
         end_position := end_position + counts[n];
         RETURN QUERY SELECT true, revision_now + counts[n], end_position;
       END IF;
       done := done + counts[n];
     END LOOP;
     IF end_position > start_position THEN
       UPDATE hindsight_events.log_end SET position = end_position;
       SELECT string_agg(DISTINCT t, ',') INTO appended_types FROM unnest(types) t;
       -- A notification has to be shorter; an empty one is about everything.
       PERFORM pg_notify('${CHANNEL}', CASE WHEN octet_length(appended_types) < 8000 THEN appended_types ELSE '' END);
     END IF;
   END
   $function$`,
];

/**
 * Brings the database to this program's schema; several processes may try at the same time.
 * @throws EventStoreIncompatible when a newer program made it
 */
export async function migrate(client: Client): Promise<void> {
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED'); // so that what others did meanwhile is seen after the lock
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    const version = await readVersion(client);
    if (version > MIGRATIONS.length) {
      const message = `The events have schema version ${version}, this program knows ${MIGRATIONS.length} at most`;
      throw new EventStoreIncompatible(message, { version, known: MIGRATIONS.length });
    }
    for (const step of MIGRATIONS.slice(version)) await client.query(step);
    if (version < MIGRATIONS.length) {
      await client.query('UPDATE hindsight_events.schema_version SET version = $1', [MIGRATIONS.length]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined); // a broken connection rolls back by itself
    throw error;
  }
}

/** What is there needs no right to make it. */
async function readVersion(client: Client): Promise<number> {
  const { rows: there } = await client.query<{ schema: string | null; table: string | null }>(
    `SELECT to_regnamespace('hindsight_events') AS schema, to_regclass('hindsight_events.schema_version') AS table`,
  );
  if (there[0]?.schema == null) await client.query('CREATE SCHEMA hindsight_events');
  if (there[0]?.table == null) {
    await client.query(
      `CREATE TABLE hindsight_events.schema_version (version integer NOT NULL);
       INSERT INTO hindsight_events.schema_version VALUES (0)`,
    );
  }
  const { rows } = await client.query<{ version: number }>('SELECT version FROM hindsight_events.schema_version');
  return rows[0]?.version ?? 0;
}
