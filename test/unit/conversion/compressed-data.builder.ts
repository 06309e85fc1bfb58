import { crc32, deflateRawSync } from 'node:zlib';

/** 2245 bytes of words. */
export const TEXT_MD5 = 'f8978f8145fefa9b266eb253a27b8303';

export const bzip2Text = (): Buffer =>
  Buffer.from(
    [
      'QlpoOTFBWSZTWXmOpzQAA4ZZgAAQQAAQAC+vvYBAAdAO6BQNNDIyYg0wKqNAADT9VQAAAFKVT9RPRGAyLvz++PDB8F9Pd3RaCsZwE0nLBqbAp0La',
      'iK2tIOJNFwHZWtjPVBxoVQS3NimkaqO3pkLq7ahStCm5QYF2aOutzzcBQrjlCBsezRESgTUaggKN5sbLFsEsJs5II61oltjKPU7GlCxxojccRREB',
      'CERAaUNJk8+yVDZDDEztmW2gjgSgom4yx1haxp0qiotyumE9opJNmlg1qDwA7AcucLUl8kvkL1KedYzGWDMYKIqCUooEFKRIIIhGMZYsZC4Jd4Lw',
      'SwlxJcSmoW5L/Jbynaqbwuii2qmoW0lpN8knBLJL+BdSXOS2hfRdyRThQkHmOpzQ',
    ].join(''),
    'base64',
  );

export const xzText = (): Buffer =>
  Buffer.from(
    [
      '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4AjEAY5dADmdCiLczJra92VfvrrkW+hXfciUItVZcFMdFH4fl5PE22QDk74wknkjEUYzqQ4z/GL27J9J',
      '9lVF6QF6XAh/DInfwiAppRmbKZI+71f2PRR2FlmN7mgTRkbB0TVRC2KjAR4GMj1HIgUrr0zXzOOA4EeaCAUZ6qgQ79x3N2zdNmOnLkmeIRanZaot',
      '2jYGdJOUfUCgq5J7zvs/UdcirtM5FoQfzv8dSXa17gUZ5gntBxwyLlgfwNWF7v7AHzghrJWQudei17hFPEZV31VDGtLFy4xba2IbWDfpGbYLIbbR',
      'kLxefI7sWAOaijMHCP62i4pTmbtp/XQac4Eqdqk04CP8FTlZ8hBjXGCTd1p3Jt2xO584h/uLhodokNwYc9ge8S2XG1e46vqkvo9s+mS2ZYeFkHlA',
      'LdD38GzWXgexSZJRudL2cDJtKx7+S/PfZ9663M+hQw0W7ghC76v8LGqb32FVFJC8hAC7Q7Q0rpLF8n0p/1L/MPPFNg3Rwa4Nn/nYqionciPQpK2v',
      'QuLTASa9bAAAAAAAsXerMwvHjDEAAaoDxREAAPZLBWCxxGf7AgAAAAAEWVo=',
    ].join(''),
    'base64',
  );

/** 45 900 000 zeros in 45 bytes. */
export const bzip2Zeros = (): Buffer =>
  Buffer.from(
    'QlpoOTFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZCoCWpCoCXMUFZJlNZ+H3ZDQAAAUAAwAAACCAAIQCCYHF3JFOFCQ5G4csw',
    'base64',
  );

/** 4 MiB of zeros. */
export const xzZeros = (): Buffer =>
  Buffer.from(
    [
      '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM//8RAWxdAABv/f//o7f/Rz5IFXI5YVG4kijmo4YH+e7kHoLTL8U6PAFLsX7JiopNL6MN2X+m44wjEVPg',
      'WRjFdYrid/i2lH8MasDedElk4ulcU7IE2PdEDKtfDW1G6eXDdoi3llestk3haR1v+0uIEGxCy4g/XACP0E6vJiiUcR89jyThcJ6nI1/sKMuF0ZWY',
      'in4qkfIndfcZwAaYTZj92K/VkA/EJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1T',
      'PfgpZAk7gMsqbN+1O/DEvS5fqg8+S2ZCkBMO/xCT+HF4WfgLzf+VKEYPqfx83vuaMC5WwI+F84OBwGXEJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAd',
      'us6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvEgn5lif/xABKwDsc1On/b6ufDEan7eNMW5wnqcj',
      'X+woy4XRlZiKfiqR8id19xnABphNmP3Yr9WQD8QlU/j1kTYxBaWw7m/BcE1HDNGREaqtYB26zrEnGFxZhulmUli+6XasWeTlWwUI+cfarfz7Uit0',
      'zR5bIEL53VM9+ClkCTuAyyps37U78MS9Ll+qDz5LZkKQEw7/EJP4cXhZ+AvN/5UoRg+p/Hze+5owLlbAj4Xzg4HAZcQlU/j1kTYxBaWw7m/BcE1H',
      'DNGREaqtYB26zrEnGFxZhulmUli+6XasWeTlWwUI+cfarfz7Uit0zR5bIEL53VM9+ClkCTuAyyps37U78MS9Ll+qDz5LZkKQEw7/EJP4cXhZ+AvN',
      '/5UoRg+p/Hze+5owLlbAj4Xzg4HAZcQlUQ8/soAB3AAFAEHqpi0AAGtsRXzSCWHbAAHEBYCAgALTUy1YscRn+wIAAAAABFla',
    ].join(''),
    'base64',
  );

type Member = Readonly<{
  name?: string;
  data?: Buffer;
  /** 0 as it is, 8 deflated; others are a claim only. */
  method?: number;
  /** 1: encrypted. */
  flags?: number;
  /** Of Unix: the kind of file and the permissions. */
  mode?: number;
  checksum?: number;
}>;

/** A zip archive as tools write it: members, directory, end. */
export function zip(...members: readonly Member[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const { header, data, name } = zipMember(member);
    const body = Buffer.concat([u32(0x04034b50), header, u16(0), name, data]);
    const attributes = Buffer.concat([
      u16(0),
      u16(0),
      u16(0),
      u32(((member.mode ?? 0o100644) << 16) >>> 0),
      u32(offset),
    ]);
    directory.push(Buffer.concat([u32(0x02014b50), u16(0x031e), header, u16(0), attributes, name]));
    bodies.push(body);
    offset += body.length;
  }
  const listed = Buffer.concat(directory);
  const counts = Buffer.concat([u16(0), u16(0), u16(members.length), u16(members.length)]);
  const end = Buffer.concat([u32(0x06054b50), counts, u32(listed.length), u32(offset), u16(0)]);
  return Buffer.concat([...bodies, listed, end]);
}

function zipMember({ name = 'disk.raw', data = Buffer.alloc(0), method = 8, flags = 0, checksum }: Member) {
  const content = method === 8 ? deflateRawSync(data) : data;
  const sizes = [u32(checksum ?? crc32(data)), u32(content.length), u32(data.length)];
  const header = Buffer.concat([u16(20), u16(flags), u16(method), u16(0), u16(0x21), ...sizes, u16(name.length)]);
  return { header, data: content, name: Buffer.from(name, 'latin1') };
}

const u16 = (value: number): Buffer => written(2, (buffer) => buffer.writeUInt16LE(value));
const u32 = (value: number): Buffer => written(4, (buffer) => buffer.writeUInt32LE(value));

function written(length: number, write: (buffer: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(length);
  write(buffer);
  return buffer;
}
