import { createCipheriv, createHash } from 'node:crypto';

const MIB = 2 ** 20;

/** One MiB that looks random and is the same in every process; the content of the source is this, again and again. */
export const block = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16)).update(Buffer.alloc(MIB));

/** What a service must know about so much of it. */
export function describeContent(mib) {
  const hash = createHash('md5');
  for (let hashed = 0; hashed < mib; hashed += 1) hash.update(block);
  return { sizeBytes: mib * MIB, md5: hash.digest('hex') };
}
