/** A signature over data, and what it is verified with. */
export type DataSignature = Readonly<{
  /** Name of the hash in the runtime. */
  hash: string;
  /** PEM. */
  publicKey: string;
  /** Salt of an RSA-PSS signature; null for other keys. */
  saltBytes: number | null;
  /** Base64. */
  signature: string;
}>;

/** What a job ends with that verifies a signature. */
export const VERIFIED = 'verified';

/** What a hash thread is told. Bytes never travel: a request names a part of the job's shared memory. */
export type HashRequest =
  | Readonly<{ kind: 'open'; job: number; memory: SharedArrayBuffer; signature: DataSignature | null }>
  | Readonly<{ kind: 'update'; job: number; slot: number; offset: number; lengthBytes: number }>
  | Readonly<{ kind: 'finish'; job: number }>
  | Readonly<{ kind: 'drop'; job: number }>;

/**
 * What a hash thread answers: `hashed` for each update, then `digest` after `finish` or `dropped` after `drop`. The digest
 * of a job with a signature is VERIFIED, or anything else.
 */
export type HashReply =
  | Readonly<{ kind: 'hashed'; job: number; slot: number }>
  | Readonly<{ kind: 'digest'; job: number; hex: string }>
  | Readonly<{ kind: 'dropped'; job: number }>;
