import { readFileSync } from 'node:fs';
import type { OptionReader } from './option-reader.js';
import type { Option } from './option.js';

/** What a file has to hold, and how one sees that it does. */
const CONTENTS = {
  certificate: /^-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----\s*$/m,
  'private key': /^-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*$/m,
} as const;

/**
 * The path in an option that names a PEM file. What cannot be used is noted now: the first connection that needs it would fail
 * otherwise.
 * @param groups where the option may stand instead of in its own; the first wins
 */
export function readPemFile(
  reader: OptionReader,
  option: Option<string | null>,
  content: keyof typeof CONTENTS = 'certificate',
  groups?: readonly string[],
): string | null {
  const path = groups === undefined ? reader.read(option) : reader.readFrom(groups, option);
  const problem = path === null ? null : problemOf(path, content);
  if (problem !== null) reader.refuse(option, `= "${path}": the file ${problem}`, groups?.[0]);
  return path;
}

function problemOf(path: string, content: keyof typeof CONTENTS): string | null {
  try {
    return CONTENTS[content].test(readFileSync(path, 'latin1')) ? null : `holds no ${content} in PEM`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return `cannot be read (${code ?? String(error)})`;
  }
}
