import { describeWithBackend } from '../../support/backends.js';
import { surviveChaos } from '../../support/chaos/survive-chaos.js';
import { isInstalled } from '../../support/run-command.js';
import { chaosLimitMs, chaosOptions } from './chaos-options.js';

const options = chaosOptions();

describeWithBackend('redis-server', isInstalled('redis-server'), () => {
  it(
    'two API processes under one supervisor and three workers on SQLite keep what they say, whoever dies',
    () => surviveChaos({ name: 'sqlite', apis: 'supervised' }, options),
    chaosLimitMs(options),
  );
});
