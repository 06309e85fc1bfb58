import { optionsOf } from './option.js';
import { booleanType, integerType, optionalTextType } from './option-types.js';

const general = optionsOf('DEFAULT');
const hindsight = optionsOf('hindsight');

const seconds = { unit: 'seconds' };

/** Options about connections and processes. */
export const serverOptions = {
  backlog: general('backlog', integerType(1, 2 ** 31 - 1), 4096, 'Connections that may wait to be accepted.'),
  tcpKeepidle: general(
    'tcp_keepidle',
    integerType(1, 2_000_000),
    600,
    'Time without traffic after which the system asks whether the other end is still there.',
    seconds,
  ),
  httpKeepalive: general('http_keepalive', booleanType, true, 'Answer several requests over one connection.'),
  statusPort: hindsight(
    'status_port',
    integerType(0, 65535),
    0,
    'TCP port on bind_host where processes that serve no API (worker, projector, scrubber as a daemon) answer /healthcheck ' +
      'and /metrics; 0 means none.',
  ),
  shutdownDelay: hindsight(
    'shutdown_delay',
    integerType(0, 2_000_000),
    0,
    'Time that an API process which is asked to stop goes on as before, but for /healthcheck, which answers 503: until load ' +
      'balancers have noticed and send it nothing any more.',
    seconds,
  ),
} as const;

/** Options about the log. */
export const logOptions = {
  logDir: general(
    'log_dir',
    optionalTextType,
    null,
    'Folder of log_file; without log_file, the log is a file in it that is named after the program.',
    { formerly: [['DEFAULT', 'logdir']] },
  ),
  useStderr: general(
    'use_stderr',
    booleanType,
    false,
    'Write the log to standard error: beside log_file, or instead of standard output.',
  ),
} as const;
