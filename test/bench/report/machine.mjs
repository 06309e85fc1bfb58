import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { root, runtime } from '../../../scripts/runtime.mjs';

/** Where and with what a run was made. */
export function describeMachine({ dataDir }, { peer }) {
  const cores = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: `${cores.length} x ${cores[0].model.trim()}`,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${systemName()}, Linux ${release()}`,
    fileSystem: firstLine('df', ['--output=fstype', dataDir], 1),
    loadBefore: loadavg()[0],
    versions: {
      Hindsight: `${packageVersion()} (${firstLine('git', ['-C', root, 'describe', '--always', '--dirty'])})`,
      'Node.js': firstLine(runtime(), ['--version']),
      wrk: wrkVersion(),
      curl: firstLine('curl', ['--version']).split(' ')[1],
      Redis: redisVersion(),
    },
    peer: peer?.name ?? null,
  };
}

const packageVersion = () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

const systemName = () =>
  /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown system';

function firstLine(command, args, line = 0) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')
      [line].trim();
  } catch {
    return 'unknown';
  }
}

const redisVersion = () => /v=(\S+)/.exec(firstLine('redis-server', ['--version']))?.[1] ?? 'none';

/** wrk tells its version only together with a failure. */
function wrkVersion() {
  try {
    return execFileSync('wrk', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).split(' ')[1];
  } catch (error) {
    return /^wrk (\S+)/.exec(`${error.stdout}${error.stderr}`)?.[1] ?? 'unknown';
  }
}
