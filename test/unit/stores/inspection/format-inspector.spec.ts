import fc from 'fast-check';
import { MAX_REGION_BYTES } from '../../../../src/stores/inspection/inspecting.js';
import {
  dynamicVhd,
  fixedVhd,
  gpt,
  iso,
  luks,
  qcow,
  qcow2,
  qed,
  u64le,
  vdi,
  vhdx,
  vmdk,
  vmdkDescriptor,
  vmdkWithFooter,
  withBytes,
} from './disk-data.builder.js';
import { inspectData, mostKeptBytes } from '../../../support/inspect-data.js';

const SAMPLES: Readonly<Record<string, Buffer>> = {
  qcow2: qcow2(),
  'qcow2 version 2': qcow2(2),
  qcow: qcow(),
  qed: qed(),
  vmdk: vmdk(),
  'vmdk with footer': vmdkWithFooter(),
  'vmdk descriptor': Buffer.from(vmdkDescriptor({ type: 'monolithicFlat' })),
  vhd: dynamicVhd(),
  'fixed vhd': fixedVhd(),
  vhdx: vhdx(),
  vdi: vdi(),
  luks: luks(),
  iso: iso(),
  gpt: gpt(),
};
const FORMATS = ['raw', 'qcow2', 'qcow', 'qed', 'vhd', 'vhdx', 'vmdk', 'vdi', 'iso', 'luks', 'gpt'];
const KEPT_AT_MOST = MAX_REGION_BYTES + 64 * 1024;

const sample = fc.constantFrom(...Object.values(SAMPLES));
const chunkSizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 200_000 })), {
  maxLength: 60,
});

/** Something that any data must give: it is the same however the data comes, and makes sense. */
function mustBeSound(data: Uint8Array, sizes: readonly number[]): void {
  const inspection = inspectData(data, sizes);
  expect(inspection).toEqual(inspectData(data));
  expect(FORMATS).toContain(inspection.format);
  const { virtualSizeBytes } = inspection;
  expect(virtualSizeBytes === null || (Number.isSafeInteger(virtualSizeBytes) && virtualSizeBytes >= 0)).toBe(true);
  expect(mostKeptBytes(data, sizes)).toBeLessThanOrEqual(KEPT_AT_MOST);
}

describe('the inspection of data', () => {
  it('takes no data at all for raw', () => {
    expect(inspectData(new Uint8Array())).toEqual({ format: 'raw', virtualSizeBytes: 0, problems: [] });
  });

  it('takes data of no known format for raw, as large as it is', () => {
    const data = Buffer.alloc(3_000_001, 'no disk at all ');
    expect(inspectData(data)).toEqual({ format: 'raw', virtualSizeBytes: 3_000_001, problems: [] });
  });

  it('refuses data that is several formats at once, and says what each of them objects to', () => {
    const data = withBytes(iso(), 0, qed().subarray(0, 4));
    expect(inspectData(data)).toEqual({
      format: 'qed',
      virtualSizeBytes: null,
      problems: ['it is several formats at once (qed, iso)', 'the format qed is not allowed'],
    });
  });

  it('gives the same answer twice', async () => {
    const { FormatInspector } = await import('../../../../src/stores/inspection/format-inspector.js');
    const inspector = new FormatInspector();
    inspector.observe(qcow2());
    expect(inspector.conclude()).toEqual(inspector.conclude());
  });

  it('keeps no more than a descriptor of the largest size needs', () => {
    const greedy = Buffer.concat([withBytes(vmdk(), 36, u64le(2n ** 60n)), Buffer.alloc(4 * 1024 * 1024)]);
    expect(mostKeptBytes(greedy)).toBeGreaterThan(MAX_REGION_BYTES / 2);
    expect(mostKeptBytes(greedy)).toBeLessThanOrEqual(KEPT_AT_MOST);
  });

  it('copes with a descriptor of the largest size that is full of padding', () => {
    const descriptor = Buffer.alloc(2047 * 512).fill('a', 2047 * 512 - 1);
    const data = Buffer.concat([withBytes(vmdk(), 36, u64le(2047)).subarray(0, 512), descriptor]);
    expect(inspectData(data).problems).toContain('its descriptor is not text');
  });

  it.each(Object.entries(SAMPLES))('does not depend on how data comes: %s', (_, data) => {
    const whole = inspectData(data);
    fc.assert(
      fc.property(chunkSizes, (sizes) => {
        expect(inspectData(data, sizes)).toEqual(whole);
      }),
      { numRuns: 15 },
    );
    expect(inspectData(data.subarray(0, 40_000), Array<number>(40_000).fill(1))).toEqual(
      inspectData(data.subarray(0, 40_000)),
    );
  });

  it.each(Object.entries(SAMPLES))('makes sense of data that is cut off anywhere: %s', (_, data) => {
    const lengths = [1, 4, 8, 48, 72, 104, 512, 592, 1024, 1536, 32_768, 34_816, 65_536, 196_608, 262_144, 1_048_576];
    const around = lengths.flatMap((length) => [length - 1, length, length + 1]);
    for (const length of around.filter((it) => it < data.length)) mustBeSound(data.subarray(0, length), [length - 1]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: data.length }), chunkSizes, (length, sizes) => {
        mustBeSound(data.subarray(0, length), sizes);
      }),
      { numRuns: 10 },
    );
  });

  it('makes sense of random data', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), chunkSizes, mustBeSound), { numRuns: 200 });
  });

  it('makes sense of random data behind the first bytes of a format', () => {
    const random = fc.uint8Array({ minLength: 600, maxLength: 2000, size: 'max' });
    fc.assert(
      fc.property(sample, fc.integer({ min: 4, max: 80 }), random, chunkSizes, (data, keptBytes, noise, sizes) => {
        mustBeSound(Buffer.concat([data.subarray(0, keptBytes), noise]), sizes);
      }),
      { numRuns: 200 },
    );
  });

  it('makes sense of headers with a few bytes changed', () => {
    const extreme = fc.constantFrom(0, 1, 0x7f, 0x80, 0xff);
    const offset = fc.oneof(
      fc.integer({ min: 0, max: 600 }),
      fc
        .constantFrom(32_768, 196_608, 262_144, 1_048_576, 1_114_112)
        .chain((start) => fc.integer({ min: start, max: start + 100 })),
    );
    const mutation = fc.tuple(offset, fc.array(fc.oneof(extreme, fc.nat(255)), { minLength: 1, maxLength: 8 }));
    fc.assert(
      fc.property(sample, fc.array(mutation, { minLength: 1, maxLength: 4 }), chunkSizes, (data, mutations, sizes) => {
        const mutant = mutations.reduce(
          (image, [at, bytes]) => (at + 8 < image.length ? withBytes(image, at, Buffer.from(bytes)) : image),
          data,
        );
        mustBeSound(mutant, sizes);
      }),
      { numRuns: 200 },
    );
  });
});
