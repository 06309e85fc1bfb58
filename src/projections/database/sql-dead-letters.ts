import type { Selectable } from 'kysely';
import type { DeadLetter, DeadLetters } from '../../kernel/dead-letters.js';
import type { DeadLettersTable, ReadModelDatabase } from './read-model-database.js';

/** Dead letters in the read-model database. The events themselves are in the log. */
export class SqlDeadLetters implements DeadLetters {
  constructor(private readonly database: ReadModelDatabase) {}

  async add(letter: DeadLetter): Promise<void> {
    await this.database.writer.transaction().execute(async (transaction) => {
      await transaction
        .deleteFrom('dead_letters')
        .where('webhook', '=', letter.webhook)
        .where('event_id', '=', letter.eventId)
        .execute();
      await transaction
        .insertInto('dead_letters')
        .values({
          webhook: letter.webhook,
          event_id: letter.eventId,
          stream: letter.stream,
          revision: letter.revision,
          type: letter.type,
          attempts: letter.attempts,
          reason: letter.reason,
          died_at: Date.parse(letter.diedAt),
        })
        .execute();
    });
  }

  async list(webhook: string | null): Promise<readonly DeadLetter[]> {
    const all = this.database.reader.selectFrom('dead_letters').selectAll().orderBy('died_at').orderBy('event_id');
    const rows = await (webhook === null ? all : all.where('webhook', '=', webhook)).execute();
    return rows.map(letterOf);
  }

  async remove(webhook: string, eventId: string): Promise<void> {
    await this.database.writer
      .deleteFrom('dead_letters')
      .where('webhook', '=', webhook)
      .where('event_id', '=', eventId)
      .execute();
  }
}

const letterOf = (row: Selectable<DeadLettersTable>): DeadLetter => ({
  webhook: row.webhook,
  eventId: row.event_id,
  stream: row.stream,
  revision: Number(row.revision),
  type: row.type,
  attempts: Number(row.attempts),
  reason: row.reason,
  diedAt: new Date(Number(row.died_at)).toISOString(),
});
