/**
 * A part of the data, read as the fields of a header. Fields that lie beyond its end read as zero, so that truncated data
 * needs no special care; whoever minds asks for the length.
 */
export class HeaderBytes {
  readonly #view: DataView;

  /** @param offset where in the data the bytes begin */
  constructor(
    private readonly bytes: Uint8Array,
    readonly offset: number,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.byteLength;
  }

  /** Where in the data the byte after the last one is. */
  get endOffset(): number {
    return this.offset + this.length;
  }

  u8(at: number): number {
    return this.#has(at, 1) ? this.#view.getUint8(at) : 0;
  }

  u16be(at: number): number {
    return this.#has(at, 2) ? this.#view.getUint16(at) : 0;
  }

  u16le(at: number): number {
    return this.#has(at, 2) ? this.#view.getUint16(at, true) : 0;
  }

  u32be(at: number): number {
    return this.#has(at, 4) ? this.#view.getUint32(at) : 0;
  }

  u32le(at: number): number {
    return this.#has(at, 4) ? this.#view.getUint32(at, true) : 0;
  }

  u64be(at: number): bigint {
    return this.#has(at, 8) ? this.#view.getBigUint64(at) : 0n;
  }

  u64le(at: number): bigint {
    return this.#has(at, 8) ? this.#view.getBigUint64(at, true) : 0n;
  }

  /** The 64 bits as a number; beyond 2^53 it is near the value only, and no safe integer. */
  size64be(at: number): number {
    return Number(this.u64be(at));
  }

  /** As size64be. */
  size64le(at: number): number {
    return Number(this.u64le(at));
  }

  /** A smaller part of these bytes. */
  part(from: number, lengthBytes: number): HeaderBytes {
    return new HeaderBytes(this.bytes.subarray(from, from + lengthBytes), this.offset + from);
  }

  /** Bytes as characters, one each. */
  text(from: number, to: number): string {
    const { buffer, byteOffset, byteLength } = this.bytes.subarray(from, to);
    return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
  }

  startsWith(magic: string): boolean {
    return this.text(0, magic.length) === magic;
  }

  isZero(from: number, to: number): boolean {
    return this.bytes.subarray(from, to).every((byte) => byte === 0);
  }

  #has(at: number, lengthBytes: number): boolean {
    return at >= 0 && at + lengthBytes <= this.length;
  }
}
