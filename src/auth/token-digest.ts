import { createHash } from 'node:crypto';

/** What caches know a token by: whoever reads the memory of a cache finds no token in it. */
export const tokenDigest = (token: string): string => createHash('sha256').update(token).digest('base64url');
