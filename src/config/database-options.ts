import { optionsOf } from './option.js';
import { optionalTextType } from './option-types.js';

const database = optionsOf('database');

/** Options about where events and read models are kept. */
export const databaseOptions = {
  connection: database(
    'connection',
    optionalTextType,
    null,
    'Where read models are, and events unless they have an event_store, in the form of SQLAlchemy: ' +
      'sqlite:////absolute/path or sqlite:///relative/path for files, postgresql://user:password@host:port/database, ' +
      'or mysql://user:password@host:port/database for read models alone. See docs/databases.md.',
    {
      formerly: [
        ['DEFAULT', 'sql_connection'],
        ['DATABASE', 'sql_connection'],
        ['sql', 'connection'],
      ],
      defaultText: 'in the data folder',
      secret: true,
    },
  ),
} as const;
