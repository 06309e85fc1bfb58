import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { runBounded } from '../../../src/conversion/bounded-process.js';
import type { ProcessLimits } from '../../../src/conversion/bounded-process.js';
import { ConversionLimitExceeded, ConversionUnavailable } from '../../../src/conversion/conversion.errors.js';
import { eventually } from '../../support/eventually.js';

const MIB = 1024 * 1024;
const GENEROUS: ProcessLimits = { cpuS: 60, memoryBytes: 1024 * MIB, fileBytes: MIB, timeoutMs: 60_000 };

type Listening = Readonly<{ signal?: AbortSignal; onOutput?: () => void }>;

const running = (
  script: string,
  limits: Partial<ProcessLimits> = {},
  { signal = new AbortController().signal, onOutput = () => undefined }: Listening = {},
) => runBounded({ program: 'sh', args: ['-c', script], limits: { ...GENEROUS, ...limits }, signal, onOutput });

/** A process of ours that runs a program which says when it has started. */
const PARENT = `
  import { registerHooks } from 'node:module';
  const source = (name) => name.replace(/^(\\..*|file:.*)\\.js$/, '$1.ts');
  registerHooks({ resolve: (name, context, next) => next(source(name), context) });
  const { runBounded } = await import('${new URL('../../../src/conversion/bounded-process.js', import.meta.url).href}');
  await runBounded({
    program: 'sh',
    args: ['-c', 'echo started; sleep ' + (100500 + 1)],
    limits: ${JSON.stringify(GENEROUS)},
    signal: new AbortController().signal,
    onOutput: () => console.log('started'),
  });
`;

/** The processes whose command line has a word in it. */
async function processesWith(word: string): Promise<string[]> {
  const found: string[] = [];
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(word)) found.push(id);
  }
  return found;
}

const gone = (word: string): Promise<void> =>
  eventually(async () => {
    if ((await processesWith(word)).length > 0) throw new Error(`${word} is still running`);
  });

describe('a bounded process', () => {
  it('gives what was printed, and how it ended', async () => {
    expect(await running('echo out; echo err >&2; exit 3')).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('gets its arguments as they are', async () => {
    const args = ['a b', '$HOME', '"', "'", '*', '', '-x', ';exit 9'];
    const { signal } = new AbortController();
    const { stdout } = await runBounded({ program: 'printf', args: ['%s|', ...args], limits: GENEROUS, signal });
    expect(stdout).toBe(args.map((arg) => `${arg}|`).join(''));
  });

  it('has nothing to read, and knows nothing of our environment', async () => {
    process.env['SECRET_OF_TEST'] = 'secret';
    try {
      const { stdout } = await running('read line || echo nothing; env');
      expect(stdout).toContain('nothing');
      expect(stdout).not.toContain('SECRET_OF_TEST');
    } finally {
      delete process.env['SECRET_OF_TEST'];
    }
  });

  it('is heard while it runs', async () => {
    const abort = new AbortController();
    const reason = new Error('heard');
    const result = running(
      'echo first; exec sleep 1000',
      {},
      { signal: abort.signal, onOutput: () => abort.abort(reason) },
    );
    await expect(result).rejects.toBe(reason);
  });

  it('is cut short where it prints without end', async () => {
    const { stdout } = await running('head -c 3000000 /dev/zero');
    expect(stdout.length).toBeLessThan(MIB);
  });

  it.each([
    ['CPU time', 'while :; do :; done', { cpuS: 1 }],
    ['CPU time of what it starts', 'sh -c "while :; do :; done"; exit $?', { cpuS: 1 }],
    ['space for a file', 'exec head -c 2000000 /dev/zero > "$(mktemp -u)"', { fileBytes: 4096 }],
  ])('is stopped when it takes too much %s', async (_, script, limits) => {
    await expect(running(script, limits)).rejects.toBeInstanceOf(ConversionLimitExceeded);
  });

  it('gets no more memory than it may', async () => {
    const { exitCode, stderr } = await running('exec dd if=/dev/zero of=/dev/null bs=300M count=1', {
      memoryBytes: 100 * MIB,
    });
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/memory/);
  });

  it('is stopped with all that it has started when its time is over', async () => {
    const script = 'sleep 100101 & sleep 100102 & trap "" TERM INT HUP; wait; wait; sleep 100103';
    await expect(running(script, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'conversion.limit_exceeded',
      message: 'The conversion tool took longer than it may',
    });
    await gone('10010');
  });

  it('takes what it left in the background with it', async () => {
    expect(await running('sleep 100201 >/dev/null 2>&1 & echo done')).toMatchObject({ exitCode: 0, stdout: 'done\n' });
    await gone('100201');
  });

  it('is stopped with the reason of whoever aborts it', async () => {
    const abort = new AbortController();
    const reason = new Error('the image was deleted');
    const result = running('echo; sleep 100301', {}, { signal: abort.signal, onOutput: () => abort.abort(reason) });
    await expect(result).rejects.toBe(reason);
    await gone('100301');
    await expect(running('exit 0', {}, { signal: abort.signal })).rejects.toBe(reason);
  });

  it('ends when our own process is killed, which can stop nothing then', async () => {
    const ours = spawn(process.execPath, ['--experimental-transform-types', '--input-type=module', '-e', PARENT], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(ours.stdout, 'data');
    expect(await processesWith('100501')).not.toEqual([]);
    ours.kill('SIGKILL');
    await gone('100501');
  });

  it.each(['/nowhere/qemu-img', 'no-such-program-anywhere', '/etc/passwd', '/tmp'])(
    'says that it cannot run %s here',
    async (program) => {
      const { signal } = new AbortController();
      const result = runBounded({ program, args: [], limits: GENEROUS, signal });
      await expect(result).rejects.toBeInstanceOf(ConversionUnavailable);
    },
  );

  it('leaves no process behind', async () => {
    await running('exit 0 # 100401');
    await gone('100401');
  });
});
