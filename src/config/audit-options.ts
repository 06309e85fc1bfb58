import { optionsOf } from './option.js';
import { integerType, optionalTextType } from './option-types.js';

const hindsight = optionsOf('hindsight');

/** More would not fit into an event of every event store. */
const MOST_EVENTS = 10_000;
const LONGEST_INTERVAL_S = 86_400;

/** Options about proving that nobody tampered with the log. */
export const auditOptions = {
  keyFile: hindsight(
    'audit_key_file',
    optionalTextType,
    null,
    'PEM file with the Ed25519 key that checkpoints of the log are signed with, the same for all workers; former keys may follow in it.',
    { defaultText: 'audit-key.pem in the data folder, made when it is missing' },
  ),
  checkpointFile: hindsight(
    'audit_checkpoint_file',
    optionalTextType,
    null,
    'File that checkpoints are also appended to, best where those who can write to the log cannot.',
    { defaultText: 'none' },
  ),
  checkpointEvents: hindsight(
    'audit_checkpoint_events',
    integerType(1, MOST_EVENTS),
    1000,
    'Events after which a checkpoint is signed.',
  ),
  checkpointInterval: hindsight(
    'audit_checkpoint_interval',
    integerType(1, LONGEST_INTERVAL_S),
    60,
    'Time after which an event is covered by a checkpoint at the latest.',
    { unit: 'seconds' },
  ),
} as const;
