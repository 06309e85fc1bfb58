// It imports nothing, so that a thread can run it compiled as well as from its source, from which Node strips the types.

const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;
const LEVEL_BYTES = 100_000;
const MAX_BLOCK_BYTES = 9 * LEVEL_BYTES;
/** No block is longer: as many symbols as it has bytes, each with the longest code, and their tables. */
const MAX_ENCODED_BYTES = Math.ceil((MAX_BLOCK_BYTES * 20) / 8) + 128 * 1024;
const MAX_CODE_BITS = 20;
const SYMBOLS_PER_GROUP = 50;
const MAX_SYMBOLS = 258;
const PIECE_BYTES = 256 * 1024;
/** After so many equal bytes one tells how many more there are. */
const RUN_BYTES = 4;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  return crc;
});

/**
 * Decompresses bzip2 data: any number of streams, one after the other. It holds one block and the bytes of the next.
 * @throws Error when the data is damaged or incomplete, or something else follows it
 */
export async function* bzip2Data(data: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = data[Symbol.asyncIterator]();
  const bits = new BitReader();
  const block = new Block(bits);
  try {
    while (await refill(bits, source)) {
      const blockBytes = readLevel(bits) * LEVEL_BYTES;
      for (let streamCrc = 0; ;) {
        await refill(bits, source);
        if (isEndOfStream(bits, streamCrc)) break;
        block.read(blockBytes);
        yield* block.pieces();
        streamCrc = ((streamCrc << 1) | (streamCrc >>> 31)) ^ block.crc;
      }
    }
  } finally {
    await source.return?.();
  }
}

/** @returns whether any bytes are left; then they are enough for a whole block, or the last ones */
async function refill(bits: BitReader, source: AsyncIterator<Uint8Array>): Promise<boolean> {
  while (!bits.ended && bits.availableBytes < MAX_ENCODED_BYTES) {
    const step = await source.next();
    if (step.done === true) bits.end();
    else bits.append(step.value);
  }
  return bits.availableBytes > 0;
}

function readLevel(bits: BitReader): number {
  const isMagic = bits.read(24) === 0x425a68;
  const level = bits.read(8) - 0x30;
  if (!isMagic || level < 1 || level > 9) throw new Error('No bzip2 stream begins here');
  return level;
}

function isEndOfStream(bits: BitReader, streamCrc: number): boolean {
  const magic = bits.read(24) * 2 ** 24 + bits.read(24);
  if (magic === BLOCK_MAGIC) return false;
  if (magic !== END_MAGIC) throw new Error('No bzip2 block begins here');
  if (bits.readInt32() !== (streamCrc | 0)) throw new Error('The checksum of the bzip2 stream is wrong');
  bits.alignToByte();
  return true;
}

/** One block: its bytes in the order of the Burrows-Wheeler transform, with the links that put them in their own. */
class Block {
  readonly #links = new Uint32Array(MAX_BLOCK_BYTES);
  readonly #bits: BitReader;
  #lengthBytes = 0;
  #firstLink = 0;
  /** Of what comes out, as the data claims it. */
  crc = 0;

  constructor(bits: BitReader) {
    this.#bits = bits;
  }

  read(maxBytes: number): void {
    this.crc = this.#bits.readInt32();
    if (this.#bits.read(1) === 1) throw new Error('Randomised bzip2 blocks are not supported');
    this.#firstLink = this.#bits.read(24);
    const alphabet = readAlphabet(this.#bits);
    const symbols = new SymbolReader(this.#bits, alphabet.length + 2);
    this.#lengthBytes = readBytes(symbols, alphabet, this.#links, maxBytes);
    if (this.#firstLink >= this.#lengthBytes) throw new Error('The bzip2 block has no beginning');
    link(this.#links, this.#lengthBytes);
  }

  /** What the block stands for, once. */
  *pieces(): Generator<Uint8Array> {
    const output = new Output();
    let place = (this.#links[this.#firstLink] ?? 0) >>> 8;
    let [last, run] = [-1, 0];
    for (let left = this.#lengthBytes; left > 0; left -= 1) {
      const link = this.#links[place] ?? 0;
      const byte = link & 0xff;
      place = link >>> 8;
      const isCount = run === RUN_BYTES;
      output.append(isCount ? last : byte, isCount ? byte : 1);
      run = isCount ? 0 : byte === last ? run + 1 : 1;
      last = isCount ? -1 : byte;
      if (output.isFull) yield output.take();
    }
    if (output.crc !== this.crc) throw new Error('The checksum of the bzip2 block is wrong');
    yield output.take();
  }
}

/** The bytes that the block has, in their order. */
function readAlphabet(bits: BitReader): Uint8Array {
  const ranges = bits.read(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range += 1) {
    if ((ranges & (0x8000 >> range)) === 0) continue;
    const bytes = bits.read(16);
    for (let low = 0; low < 16; low += 1) if ((bytes & (0x8000 >> low)) !== 0) used.push(range * 16 + low);
  }
  if (used.length === 0) throw new Error('The bzip2 block uses no bytes');
  return Uint8Array.from(used);
}

/** Undoes the runs and the move-to-front. @returns how many bytes the block has */
function readBytes(symbols: SymbolReader, recent: Uint8Array, bytes: Uint32Array, maxBytes: number): number {
  const endOfBlock = recent.length + 1;
  let [length, run, weight] = [0, 0, 1];
  for (;;) {
    const symbol = symbols.next();
    if (symbol <= 1) {
      run += weight << symbol;
      weight <<= 1;
      if (length + run > maxBytes) throw new Error('The bzip2 block is too long');
      continue;
    }
    bytes.fill(recent[0] ?? 0, length, length + run);
    length += run;
    [run, weight] = [0, 1];
    if (symbol === endOfBlock) return length;
    if (length >= maxBytes) throw new Error('The bzip2 block is too long');
    const byte = recent[symbol - 1] ?? 0;
    recent.copyWithin(1, 0, symbol - 1);
    recent[0] = byte;
    bytes[length] = byte;
    length += 1;
  }
}

/** Puts beside each byte, above its 8 bits, the place of the one that follows it. */
function link(bytes: Uint32Array, length: number): void {
  const next = new Uint32Array(257);
  for (let index = 0; index < length; index += 1) {
    const after = ((bytes[index] ?? 0) & 0xff) + 1;
    next[after] = (next[after] ?? 0) + 1;
  }
  for (let byte = 1; byte <= 256; byte += 1) next[byte] = (next[byte] ?? 0) + (next[byte - 1] ?? 0);
  for (let index = 0; index < length; index += 1) {
    const byte = (bytes[index] ?? 0) & 0xff;
    const place = next[byte] ?? 0;
    bytes[place] = (bytes[place] ?? 0) | (index << 8);
    next[byte] = place + 1;
  }
}

/** Reads symbols, of which every fifty have another of the block's codes. */
class SymbolReader {
  readonly #bits: BitReader;
  readonly #selectors: Uint8Array;
  readonly #codes: readonly PrefixCode[];
  #read = 0;

  constructor(bits: BitReader, symbolCount: number) {
    this.#bits = bits;
    const codeCount = bits.read(3);
    if (codeCount < 2 || codeCount > 6) throw new Error('The bzip2 block has too few or too many codes');
    this.#selectors = readSelectors(bits, codeCount);
    this.#codes = Array.from({ length: codeCount }, () => new PrefixCode(readCodeLengths(bits, symbolCount)));
  }

  next(): number {
    const selector = this.#selectors[Math.floor(this.#read / SYMBOLS_PER_GROUP)];
    const code = selector === undefined ? undefined : this.#codes[selector];
    if (code === undefined) throw new Error('The bzip2 block is longer than it says');
    this.#read += 1;
    return code.read(this.#bits);
  }
}

function readSelectors(bits: BitReader, codeCount: number): Uint8Array {
  const selectors = new Uint8Array(bits.read(15));
  const recent = Uint8Array.from({ length: codeCount }, (_, index) => index);
  for (let at = 0; at < selectors.length; at += 1) {
    let place = 0;
    while (bits.read(1) === 1) place += 1;
    const selector = recent[place];
    if (selector === undefined) throw new Error('A bzip2 block selects a code that it does not have');
    recent.copyWithin(1, 0, place);
    recent[0] = selector;
    selectors[at] = selector;
  }
  return selectors;
}

function readCodeLengths(bits: BitReader, symbolCount: number): Uint8Array {
  const lengths = new Uint8Array(symbolCount);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbolCount; symbol += 1) {
    for (;;) {
      if (length < 1 || length > MAX_CODE_BITS) throw new Error('A code of the bzip2 block is too long');
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return lengths;
}

/** A canonical Huffman code. */
class PrefixCode {
  /** By length: what the next bits are below when a code of this length begins there. */
  readonly #ceilings = new Uint32Array(MAX_CODE_BITS + 2).fill(2 ** 32 - 1);
  /** By length: to be added to a code to get its place among the symbols. */
  readonly #shifts = new Int32Array(MAX_CODE_BITS + 1);
  readonly #symbols = new Uint16Array(MAX_SYMBOLS);
  readonly #shortest: number;

  constructor(lengths: Uint8Array) {
    this.#shortest = Math.min(...lengths);
    let [code, place] = [0, 0];
    for (let length = this.#shortest; length <= MAX_CODE_BITS; length += 1) {
      code *= 2;
      this.#shifts[length] = place - code;
      lengths.forEach((of, symbol) => {
        if (of !== length) return;
        this.#symbols[place] = symbol;
        place += 1;
        code += 1;
      });
      this.#ceilings[length] = code * 2 ** (MAX_CODE_BITS - length);
    }
    if (code > 2 ** MAX_CODE_BITS) throw new Error('A code of the bzip2 block is ambiguous');
  }

  read(bits: BitReader): number {
    const ahead = bits.peek(MAX_CODE_BITS);
    let length = this.#shortest;
    while (ahead >= (this.#ceilings[length] ?? 0)) length += 1;
    if (length > MAX_CODE_BITS) throw new Error('The bzip2 block has an unknown symbol');
    bits.skip(length);
    return this.#symbols[(ahead >>> (MAX_CODE_BITS - length)) + (this.#shifts[length] ?? 0)] ?? 0;
  }
}

/** Bits of bytes that come in chunks, the highest first. */
class BitReader {
  #bytes = new Uint8Array(0);
  #at = 0;
  #held = 0;
  #heldBits = 0;
  /** Bits that are held although they are not there, to look ahead at the end. */
  #missingBits = 0;
  ended = false;

  /** Whole bytes that have not been read. */
  get availableBytes(): number {
    return this.#bytes.length - this.#at + Math.max(0, (this.#heldBits - this.#missingBits) >> 3);
  }

  append(chunk: Uint8Array): void {
    const left = this.#bytes.subarray(this.#at);
    const bytes = new Uint8Array(left.length + chunk.length);
    bytes.set(left);
    bytes.set(chunk, left.length);
    this.#bytes = bytes;
    this.#at = 0;
  }

  end(): void {
    this.ended = true;
  }

  /** The next bits, at most 24, which stay the next. */
  peek(count: number): number {
    while (this.#heldBits < count) this.#hold();
    return (this.#held >>> (this.#heldBits - count)) & ((1 << count) - 1);
  }

  skip(count: number): void {
    this.#heldBits -= count;
    if (this.#heldBits < this.#missingBits) throw new Error('The bzip2 data ends too early');
  }

  read(count: number): number {
    const value = this.peek(count);
    this.skip(count);
    return value;
  }

  readInt32(): number {
    return (this.read(16) << 16) | this.read(16);
  }

  alignToByte(): void {
    this.skip(this.#heldBits % 8);
  }

  #hold(): void {
    if (this.#at === this.#bytes.length) this.#missingBits += 8;
    this.#held = (this.#held << 8) | (this.#bytes[this.#at] ?? 0);
    this.#at = Math.min(this.#at + 1, this.#bytes.length);
    this.#heldBits += 8;
  }
}

/** Collects what comes out, and its checksum. */
class Output {
  #bytes = new Uint8Array(PIECE_BYTES);
  #length = 0;
  #crc = -1;

  get isFull(): boolean {
    return this.#length + 255 > PIECE_BYTES;
  }

  get crc(): number {
    return ~this.#crc;
  }

  append(byte: number, times: number): void {
    for (let left = times; left > 0; left -= 1) {
      this.#bytes[this.#length] = byte;
      this.#length += 1;
      this.#crc = (this.#crc << 8) ^ (CRC_TABLE[(this.#crc >>> 24) ^ byte] ?? 0);
    }
  }

  take(): Uint8Array {
    const piece = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(PIECE_BYTES);
    this.#length = 0;
    return piece;
  }
}
