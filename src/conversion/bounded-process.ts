import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ConversionLimitExceeded, ConversionUnavailable } from './conversion.errors.js';

/** What a program may use; CPU time and memory for each process that it starts. */
export type ProcessLimits = Readonly<{
  cpuS: number;
  /** Address space. */
  memoryBytes: number;
  /** The largest file that it may write. */
  fileBytes: number;
  /** Until it is stopped, finished or not. */
  timeoutMs: number;
}>;

type BoundedProcess = Readonly<{
  program: string;
  args: readonly string[];
  limits: ProcessLimits;
  signal: AbortSignal;
  /** Told what the program prints, as it does. */
  onOutput?: (text: string) => void;
}>;

/** How a program ended; its texts are cut when they are very long. */
export type ProcessResult = Readonly<{ exitCode: number; stdout: string; stderr: string }>;

/**
 * Lays the limits on itself, starts the program in the background, and waits for it. A guard waits for the other end of a
 * pipe to go away, as it does when our process dies, and takes the whole group with it: nobody else would stop a program
 * whose work is not wanted any more.
 */
const SUPERVISOR = `
ulimit -c 0 && ulimit -t "$1" && ulimit -v "$2" && ulimit -f "$3" || exit 125
shift 3
"$@" 3<&- &
program=$!
{ read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 &
guard=$!
exec 3<&-
wait "$program"
code=$?
{ kill "$guard"; wait "$guard"; } >/dev/null 2>&1
exit "$code"
`;

const TOOL = 'The conversion tool';

const LIMITS_REFUSED = 125;
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;
/** How shells tell of SIGKILL, SIGXCPU and SIGXFSZ, which the system sends for CPU time, memory and file size. */
const STOPPED_BY_SYSTEM: ReadonlySet<number> = new Set([128 + 9, 128 + 24, 128 + 25]);
const KEPT_CHARACTERS = 256 * 1024;

/**
 * Runs a program within limits, with nothing to read and an environment that holds next to nothing. When this returns,
 * the program and all that it started have been ended.
 * @throws ConversionUnavailable when it cannot be started; ConversionLimitExceeded; the signal's reason
 */
export async function runBounded(bounded: BoundedProcess): Promise<ProcessResult> {
  const { program, limits, signal } = bounded;
  signal.throwIfAborted();
  const child = start(bounded);
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), limits.timeoutMs);
  const stop = AbortSignal.any([signal, timer.signal]);
  const kill = (): void => end(child);
  stop.addEventListener('abort', kill);
  try {
    const result = await resultOf(child, bounded.onOutput);
    signal.throwIfAborted();
    if (timer.signal.aborted) throw new ConversionLimitExceeded(`${TOOL} took longer than it may`, limits);
    return judged(result, program);
  } finally {
    clearTimeout(timeout);
    stop.removeEventListener('abort', kill);
    kill();
  }
}

function start({ program, args, limits }: BoundedProcess): ChildProcess {
  const { cpuS, memoryBytes, fileBytes } = limits;
  // In the units of the shell: seconds, KiB, sectors.
  const sizes = [cpuS, memoryBytes / 1024, fileBytes / 512].map((size) => String(BigInt(Math.ceil(size))));
  return spawn('/bin/sh', ['-c', SUPERVISOR, 'sh', ...sizes, program, ...args], {
    detached: true,
    env: { PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
}

async function resultOf(child: ChildProcess, onOutput?: (text: string) => void): Promise<ProcessResult> {
  const texts = [textOf(child.stdout, onOutput), textOf(child.stderr)] as const;
  try {
    await once(child, 'exit');
  } catch (cause) {
    throw new ConversionUnavailable(`${TOOL} cannot be started`, {}, { cause });
  } finally {
    child.stdio[3]?.destroy();
  }
  const [stdout, stderr] = await Promise.all(texts);
  return { exitCode: child.exitCode ?? 128 + 9, stdout, stderr };
}

async function textOf(stream: Readable | null, onText?: (text: string) => void): Promise<string> {
  let text = '';
  if (stream === null) return text;
  stream.setEncoding('utf8');
  stream.on('data', (part: string) => {
    if (text.length < KEPT_CHARACTERS) text += part;
    onText?.(part);
  });
  await finished(stream).catch(() => undefined); // it was broken off: what has come is what there is
  return text;
}

function judged(result: ProcessResult, program: string): ProcessResult {
  const { exitCode, stderr } = result;
  if (exitCode === NOT_FOUND || exitCode === NOT_EXECUTABLE || exitCode === LIMITS_REFUSED) {
    throw new ConversionUnavailable(`${TOOL} cannot be run here`, {}, { cause: new Error(`${program}: ${stderr}`) });
  }
  if (STOPPED_BY_SYSTEM.has(exitCode)) {
    throw new ConversionLimitExceeded(
      `${TOOL} took more CPU time, memory or disk space than it may`,
      {},
      { cause: new Error(stderr) },
    );
  }
  return result;
}

/** The group has the number of its first process, and lives as long as any of its processes does. */
function end({ pid, stdout, stderr }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
  stdout?.destroy();
  stderr?.destroy();
}
