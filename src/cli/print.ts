/** Where a command's lines go. */
export type Print = (line: string) => void;

export const printToStandardOutput: Print = (line) => process.stdout.write(`${line}\n`);
