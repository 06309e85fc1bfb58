import { pino } from 'pino';
import type { AppConfig } from '../config/app-config.js';
import { LogFile } from './log-file.js';

/** Where log lines go. */
export interface LogOutput {
  write(line: string): void;
  /** Writes what is pending, and closes what was opened. */
  end(): void;
}

/** What the configuration says: a file, standard error, both, or else standard output. @throws ConfigError */
export function openLogOutput({ file, stderr }: Pick<AppConfig['log'], 'file' | 'stderr'>): LogOutput {
  const outputs = [...(file === null ? [] : [new LogFile(file)]), ...(stderr ? [standard(process.stderr.fd)] : [])];
  const [only = standard(process.stdout.fd), other] = outputs;
  return other === undefined ? only : both(only, other);
}

const both = (one: LogOutput, other: LogOutput): LogOutput => ({
  write: (line) => {
    one.write(line);
    other.write(line);
  },
  end: () => {
    one.end();
    other.end();
  },
});

/** A pipe takes so much in one piece (PIPE_BUF): lines of processes that write to one pipe do not get into each other. */
const WHOLE_WRITE_BYTES = 4096;

/** The process' own streams stay open, whoever is done with them. */
function standard(fd: number): LogOutput {
  const destination = pino.destination({ dest: fd, sync: false, maxWrite: WHOLE_WRITE_BYTES });
  return { write: (line) => destination.write(line), end: () => destination.flush() };
}
