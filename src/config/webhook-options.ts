import { optionsOf } from './option.js';
import type { OptionType } from './option-types.js';
import { integerType, listType, optionalTextType, textType } from './option-types.js';

const webhook = optionsOf('webhook:<name>');

/** Timers of the runtime take 31 bits of milliseconds. */
const LONGEST_TIMER_S = 2_000_000;
const seconds = { unit: 'seconds' };

const [SHORTEST_KEY, LONGEST_KEY] = [24, 64];

const keyType: OptionType<Uint8Array> = {
  label: 'signing key',
  allowed: `whsec_ and then ${SHORTEST_KEY} to ${LONGEST_KEY} bytes in base64`,
  parse: (text) => {
    const [, base64] = /^whsec_([A-Za-z\d+/]+={0,2})$/.exec(text) ?? [];
    const key = base64 === undefined ? null : Buffer.from(base64, 'base64');
    return key !== null && key.length >= SHORTEST_KEY && key.length <= LONGEST_KEY ? key : undefined;
  },
};

const keysType: OptionType<readonly Uint8Array[]> = {
  ...listType(keyType),
  parse: (text) => {
    const keys = listType(keyType).parse(text);
    return keys?.length === 0 ? undefined : keys;
  },
};

const receiverUrlType: OptionType<string> = {
  label: 'URL',
  allowed: 'an http:// or https:// URL',
  parse: (text) => (/^https?:$/.test(URL.parse(text)?.protocol ?? '') ? text : undefined),
};

/** Options of each webhook's own group. */
export const webhookOptions = {
  url: webhook(
    'url',
    receiverUrlType,
    '',
    'Where events are sent to. It is what the operator says, so it may be on this machine, too; redirects are not followed.',
    { secret: true, defaultText: 'required' },
  ),
  secret: webhook(
    'secret',
    keysType,
    [],
    'Keys that requests are signed with; two while one is replaced by the other. `openssl rand -base64 32` makes what stands behind whsec_.',
    { secret: true, defaultText: 'required' },
  ),
  eventTypes: webhook('event_types', listType(textType), [], 'Types of events that are sent; empty: all.'),
  projects: webhook(
    'projects',
    listType(textType),
    [],
    'Projects whose images, tasks and definitions are meant; empty: all.',
  ),
  timeout: webhook('timeout', integerType(1, 600), 10, 'Time within which a request must be answered.', seconds),
  attempts: webhook(
    'max_attempts',
    integerType(1, 1000),
    12,
    'Requests for one event until it is put aside; pauses between them begin at a second and double.',
  ),
  longestPause: webhook('retry_interval_max', integerType(1, LONGEST_TIMER_S), 300, 'Longest such pause.', seconds),
  caFile: webhook(
    'ca_file',
    optionalTextType,
    null,
    'Certificates to trust instead of those that the system knows, in PEM.',
  ),
} as const;
