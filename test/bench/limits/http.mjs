import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median } from '../measuring/median.mjs';
import { putLoadOn } from '../measuring/load.mjs';
import { download, upload } from '../measuring/transfer.mjs';

const SERVER = fileURLToPath(new URL('bare-server.mjs', import.meta.url));

/** What node:http does over the loopback interface when there is nothing to do but HTTP. */
export async function measureHttp({ sizes, connections, bigFile }, add) {
  const file = bigFile();
  const server = fork(SERVER, [String(file.sizeBytes)]);
  try {
    const [port] = await once(server, 'message');
    const service = {
      name: 'bare server',
      url: `http://127.0.0.1:${port}`,
      memberToken: 'none',
      pids: () => [server.pid],
    };
    const load = (count) => putLoadOn(service, { path: '/' }, { connections: count, seconds: sizes.seconds });
    add('http_1', 'empty node:http server, 1 connection', 'req/s', (await load(1)).value);
    add('http_16', `empty node:http server, ${connections} connections`, 'req/s', (await load(connections)).value);
    const rate = async (transfer) => {
      const rates = [];
      for (let run = 0; run < sizes.runs; run += 1) rates.push((await transfer(service, file, ['x'])).value);
      return median(rates);
    };
    add('http_upload', 'upload to node:http, thrown away', 'MB/s', await rate(upload));
    add('http_download', 'download from node:http, out of memory', 'MB/s', await rate(download));
  } finally {
    server.kill();
  }
}
