import { optionsOf } from './option.js';
import type { OptionType } from './option-types.js';
import { optionalTextType } from './option-types.js';

const hindsight = optionsOf('hindsight');

/** Names that begin with $ are the server's own. */
const streamPrefixType: OptionType<string> = {
  label: 'text',
  allowed: 'one to 100 letters, digits and any of _ . : that do not begin with a digit',
  parse: (text) => (/^[A-Za-z_.:][\w.:]{0,99}$/.test(text) ? text : undefined),
};

/** Options about a server of its own for events. */
export const eventStoreOptions = {
  eventStore: hindsight(
    'event_store',
    optionalTextType,
    null,
    'Server that keeps the events: PostgreSQL 14 or newer, as postgresql://user:password@host:port/database?sslmode=verify-full; ' +
      'or KurrentDB, EventStoreDB 22.10 or newer, as esdb://user:password@host:2113, with several hosts and commas between them ' +
      'or as esdb+discover://user:password@name:2113 for a cluster; tls, tlsCaFile, userCertFile, userKeyFile and the like follow ' +
      'after a question mark.',
    { defaultText: 'where `[database] connection` says', secret: true },
  ),
  eventStreamPrefix: hindsight(
    'event_stream_prefix',
    streamPrefixType,
    'hindsight.',
    'What the names of streams in a KurrentDB begin with. Services that share a server need one each.',
  ),
} as const;
