import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../../src/config/config-error.js';
import { openLogOutput } from '../../../src/operability/log-output.js';
import type { LogOutput } from '../../../src/operability/log-output.js';
import { eventually } from '../../support/eventually.js';

describe('A log file', () => {
  let folder: string;
  let file: string;
  let output: LogOutput | null = null;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hindsight-log-'));
    file = join(folder, 'log', 'api.log');
  });
  afterEach(() => {
    output?.end();
    output = null;
    rmSync(folder, { recursive: true });
  });

  const open = (): LogOutput => (output = openLogOutput({ file, stderr: false }));

  /** All numbered lines in all files of the folder, in order. */
  const written = (): number[] =>
    readdirSync(join(folder, 'log'))
      .flatMap((name) => readFileSync(join(folder, 'log', name), 'utf8').split('\n'))
      .filter((line) => line !== '')
      .map(Number)
      .sort((a, b) => a - b);

  it('is appended to, and made with its folder', async () => {
    open().write('1\n');
    output?.end();
    open().write('2\n');
    await eventually(() => expect(readFileSync(file, 'utf8')).toBe('1\n2\n'));
  });

  it('that cannot be written is refused with its name', () => {
    writeFileSync(join(folder, 'log'), '');
    expect(open).toThrow(ConfigError);
  });

  it('is made anew after it was renamed, though nothing is written', async () => {
    open().write('1\n');
    await eventually(() => expect(readFileSync(file, 'utf8')).toBe('1\n'));
    renameSync(file, `${file}.1`);
    await eventually(() => expect(readFileSync(file, 'utf8')).toBe(''));
  });

  it('loses no line when it is renamed again and again under load', async () => {
    open();
    let next = 0;
    for (let rotation = 0; rotation < 5; rotation += 1) {
      for (let end = next + 500; next < end; next += 1) output?.write(`${next}\n`);
      renameSync(file, `${file}.${rotation}`);
      await eventually(() => {
        output?.write(`${next++}\n`);
        expect(readdirSync(join(folder, 'log'))).toContain('api.log');
      });
    }
    await eventually(() => expect(written()).toEqual(Array.from({ length: next }, (_, line) => line)));
  });

  it('goes on from its new end after it was copied and cut', async () => {
    open().write('1\n');
    await eventually(() => expect(readFileSync(file, 'utf8')).toBe('1\n'));
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
    output?.write('2\n');
    await eventually(() => expect(readFileSync(file, 'utf8')).toBe('2\n'));
    expect(written()).toEqual([1, 2]);
  });

  it('keeps taking lines while no new one can be made', async () => {
    open().write('1\n');
    await eventually(() => expect(readFileSync(file, 'utf8')).toBe('1\n'));
    renameSync(join(folder, 'log'), join(folder, 'moved'));
    output?.write('2\n');
    await eventually(() => expect(readFileSync(join(folder, 'moved', 'api.log'), 'utf8')).toBe('1\n2\n'));
  });
});
