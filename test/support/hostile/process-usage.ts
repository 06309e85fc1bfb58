import { readFile } from 'node:fs/promises';

/** Clock ticks of Linux's process statistics in a second. */
const TICKS_PER_SECOND = 100;

/** Processor time that a process has used so far: unlike the clock's time it does not depend on what else runs. */
export async function processorMs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1000;
}

/** The most memory that a process has held so far. */
export async function peakMemoryBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
