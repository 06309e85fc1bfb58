import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { ConcurrencyLimit } from './concurrency-limit.js';

/** `scrypt$<N>$<r>$<p>$<salt>$<key>`, salt and key in base64url. */
export const PASSWORD_HASH_PATTERN = '^scrypt\\$(\\d{1,6})\\$(\\d{1,2})\\$(\\d{1,2})\\$([\\w-]{16,})\\$([\\w-]{43})$';

type Cost = Readonly<{ N: number; r: number; p: number }>;

const COST: Cost = { N: 16_384, r: 8, p: 5 };
const KEY_BYTES = 32;

// Each run takes 16 MiB and one of the four threads that file access needs, too.
const logins = new ConcurrencyLimit(2, 100);

/** Hash to keep instead of a password. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/**
 * Whether this is the password. Takes as long without a hash (an unknown user) as with one.
 * @throws IdentityUnavailable when too many passwords are being verified
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const [, N, r, p, salt, key] = new RegExp(PASSWORD_HASH_PATTERN).exec(hash ?? '') ?? [];
  if (salt === undefined || key === undefined) {
    await derive(password, randomBytes(16), COST);
    return false;
  }
  const derived = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
  return timingSafeEqual(derived, Buffer.from(key, 'base64url'));
}

function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  const options = { ...cost, maxmem: 256 * cost.N * cost.r };
  return logins.run(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password.normalize('NFC'), salt, KEY_BYTES, options, (error, key) => {
          if (error) reject(error);
          else resolve(key);
        });
      }),
  );
}
