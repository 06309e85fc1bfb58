/** What a hash thread is told. Bytes never travel: a request names a part of the job's shared memory. */
export type HashRequest =
  | Readonly<{ kind: 'open'; job: number; memory: SharedArrayBuffer }>
  | Readonly<{ kind: 'update'; job: number; slot: number; offset: number; lengthBytes: number }>
  | Readonly<{ kind: 'finish'; job: number }>
  | Readonly<{ kind: 'drop'; job: number }>;

/** What a hash thread answers: `hashed` for each update, then `digest` after `finish` or `dropped` after `drop`. */
export type HashReply =
  | Readonly<{ kind: 'hashed'; job: number; slot: number }>
  | Readonly<{ kind: 'digest'; job: number; hex: string }>
  | Readonly<{ kind: 'dropped'; job: number }>;
