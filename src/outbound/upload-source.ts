/** Data to be sent, which can be read again from its start when it has to be sent again. */
export type UploadSource = Readonly<{ sizeBytes: number; open: () => AsyncIterable<Uint8Array> }>;
