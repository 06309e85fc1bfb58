import { describeWithBackend } from '../../support/backends.js';
import { EsdbServerProcess } from '../../support/chaos/server-processes.js';
import { surviveChaos } from '../../support/chaos/survive-chaos.js';
import { EsdbServer } from '../../support/esdb/esdb-server.js';
import { isInstalled } from '../../support/run-command.js';
import { chaosLimitMs, chaosOptions } from './chaos-options.js';

const options = chaosOptions();

describeWithBackend('redis-server', isInstalled('redis-server'), () => {
  const esdb = new EsdbServer();
  afterAll(() => esdb.close());

  it(
    'two APIs and three workers whose events are in KurrentDB keep what they say, whoever dies',
    async () => {
      const port = await esdb.listen();
      const environment = {
        OS_HINDSIGHT__EVENT_STORE: `esdb://127.0.0.1:${port}?tls=false`,
        // The data of deleted images waits for the scrubber.
        OS_DEFAULT__DELAYED_DELETE: 'true',
        OS_DEFAULT__SCRUB_TIME: '1',
      };
      const servers = [new EsdbServerProcess(esdb, port)];
      await surviveChaos({ name: 'kurrentdb', apis: 'two', isCaching: true, environment, servers }, options);
    },
    chaosLimitMs(options),
  );
});
