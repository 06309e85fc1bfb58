import { optionsOf } from './option.js';
import { optionalTextType } from './option-types.js';

const database = optionsOf('database');

/** Options about where events and read models are kept. */
export const databaseOptions = {
  connection: database(
    'connection',
    optionalTextType,
    null,
    'Where events and read models are, in the form of SQLAlchemy: sqlite:////absolute/path or sqlite:///relative/path.',
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
