/** Where a command's lines go. */
export type Print = (line: string) => void;

export const printToStandardOutput: Print = (line) => process.stdout.write(`${line}\n`);

/** Ends the process quietly when whoever reads its output has left, as `head` does. */
export function endWhenNobodyReads(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT_NOBODY_READS);
  });
}

/** What a shell shows of a program that the signal SIGPIPE ended. */
const EXIT_NOBODY_READS = 141;
