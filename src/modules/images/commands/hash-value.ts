import { createHash } from 'node:crypto';

/** Whether a text can be a hash of this algorithm, in hex. An algorithm that the runtime does not know has none. */
export function isHashValue(algorithm: string, value: string): boolean {
  return /^[0-9a-f]+$/i.test(value) && value.length === lengthOf(algorithm);
}

function lengthOf(algorithm: string): number | null {
  try {
    return createHash(algorithm).digest('hex').length;
  } catch {
    return null;
  }
}
