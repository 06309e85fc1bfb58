import { surviveChaos } from '../../support/chaos/survive-chaos.js';
import { chaosLimitMs, chaosOptions } from './chaos-options.js';

const options = chaosOptions();

it(
  'one service of three processes on SQLite that do everything keeps what it says, whoever dies',
  () => surviveChaos({ name: 'serve', apis: 'alone', isCaching: true }, options),
  chaosLimitMs(options),
);
