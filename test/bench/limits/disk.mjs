import { closeSync, fdatasyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../measuring/median.mjs';
import { runProcess } from '../measuring/run-process.mjs';

const BYTES_PER_MB = 1e6;
const SYNCED_WRITES = 200;
const PAGE_BYTES = 4096;

/** Sequential rates of the disk below a folder, and what it takes to have a small write on it. */
export async function measureDisk({ folder, sizes, bigFile, settle }, add) {
  const source = bigFile();
  const target = join(folder, 'limit.raw');
  const copied = async (...args) => {
    await settle();
    return median(await times(sizes.runs, () => rateOfDd(source.sizeBytes, args)));
  };
  const size = `${sizes.bigMib} MiB`;
  const write = [`if=${source.path}`, `of=${target}`];
  add(
    'disk_write_direct',
    `write ${size}, O_DIRECT`,
    'MB/s',
    await copied(...write, 'oflag=direct', 'conv=fdatasync').catch(refused),
  );
  add('disk_write', `write ${size}, buffered, fdatasync`, 'MB/s', await copied(...write, 'conv=fdatasync'));
  add(
    'disk_read_direct',
    `read ${size}, O_DIRECT`,
    'MB/s',
    await copied(`if=${target}`, 'of=/dev/null', 'iflag=direct').catch(refused),
  );
  unlinkSync(target);
  const syncMs = fdatasyncMs(join(folder, 'limit.log'));
  add('fsync', 'small write + fdatasync, one after the other', '1/s', 1000 / syncMs);
}

/** Some file systems have no O_DIRECT. */
const refused = () => null;

async function rateOfDd(sizeBytes, args) {
  const { stderr } = await runProcess('dd', ['bs=1M', ...args], { env: { ...process.env, LC_ALL: 'C' } });
  const seconds = Number(/copied, ([\d.e-]+) s/.exec(stderr)?.[1]);
  if (!(seconds > 0)) throw new Error(`dd said: ${stderr}`);
  return sizeBytes / BYTES_PER_MB / seconds;
}

async function times(count, act) {
  const values = [];
  for (let run = 0; run < count; run += 1) values.push(await act());
  return values;
}

function fdatasyncMs(path) {
  const file = openSync(path, 'a');
  const page = Buffer.alloc(PAGE_BYTES, 1);
  const timesMs = [];
  for (let write = 0; write < SYNCED_WRITES; write += 1) {
    const start = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    timesMs.push(performance.now() - start);
  }
  closeSync(file);
  unlinkSync(path);
  return median(timesMs);
}
