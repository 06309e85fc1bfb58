/** What a decoding thread is started with. */
export type DecodingOrder = Readonly<{ compression: 'bzip2' | 'xz'; path: string }>;

/** Its answer to each request; the last one is no piece. `systemError` is set when it could not read the file. */
export type DecodingReply =
  | Readonly<{ kind: 'piece'; bytes: Uint8Array }>
  | Readonly<{ kind: 'end' }>
  | Readonly<{ kind: 'failure'; message: string; systemError: boolean }>;
