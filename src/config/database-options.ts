import { optionsOf } from './option.js';
import type { OptionType } from './option-types.js';
import { optionalTextType } from './option-types.js';

const database = optionsOf('database');
const hindsight = optionsOf('hindsight');

const TLS_MODES = ['disable', 'require', 'verify-ca', 'verify-full'];

/** As libpq has it. The name of a driver, which SQLAlchemy adds, is left out of the value. */
const optionalPostgresUrlType: OptionType<string | null> = {
  label: 'URL',
  allowed: `a postgresql://user:password@host:port/database URL; its sslmode, if any, one of ${TLS_MODES.join(', ')}`,
  parse: (text) => {
    if (text === '') return null;
    const plain = text.replace(/^postgres(ql)?(\+\w+)?:\/\//, 'postgresql://');
    const url = URL.parse(plain);
    if (url?.protocol !== 'postgresql:' || url.pathname.length < 2) return undefined;
    const { searchParams: parameters } = url;
    if (url.hostname === '' && !parameters.has('host')) return undefined;
    return TLS_MODES.includes(parameters.get('sslmode') ?? 'disable') ? plain : undefined;
  },
};

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
  eventStore: hindsight(
    'event_store',
    optionalPostgresUrlType,
    null,
    'Where events are, if not beside the read models: a database of PostgreSQL 14 or newer.',
    { defaultText: 'where `[database] connection` says', secret: true },
  ),
} as const;
