import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatheredLines } from '../../../src/operability/gathered-lines.js';
import { eventually } from '../../support/eventually.js';

describe('Gathered lines', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hindsight-lines-'));
    file = join(folder, 'lines');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const content = (): string => readFileSync(file, 'utf8');

  it('leave together after a moment, in their order', async () => {
    const lines = new GatheredLines(openSync(file, 'a'));
    lines.write('1\n');
    lines.write('2\n');
    expect(content()).toBe('');
    await eventually(() => expect(content()).toBe('1\n2\n'));
    lines.write('3\n');
    await eventually(() => expect(content()).toBe('1\n2\n3\n'));
    lines.end();
  });

  it('are written at once when they are to be, and at the end', async () => {
    const lines = new GatheredLines(openSync(file, 'a'));
    lines.write('1\n');
    lines.flush();
    lines.write('2\n');
    lines.end();
    await eventually(() => expect(content()).toBe('1\n2\n'));
  });

  it('are written when the process exits before their moment has come', () => {
    const module = join(import.meta.dirname, '../../../src/operability/gathered-lines.ts');
    const script = `
      const { GatheredLines } = await import(${JSON.stringify(module)});
      const lines = new GatheredLines(1);
      lines.write('1\\n');
      lines.write('2\\n');
      process.exit(0);`;
    const options = ['--input-type=module', '--disable-warning=ExperimentalWarning', '--experimental-transform-types'];
    const { stdout } = spawnSync(process.execPath, [...options, '--eval', script], { encoding: 'utf8' });
    expect(stdout).toBe('1\n2\n');
  });
});
