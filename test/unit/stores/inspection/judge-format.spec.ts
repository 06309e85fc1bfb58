import { ImageFormatMismatch, ImageFormatUnsafe } from '../../../../src/stores/inspection/inspection.errors.js';
import type { Inspection } from '../../../../src/stores/inspection/inspection.js';
import { judgeFormat } from '../../../../src/stores/inspection/judge-format.js';

const SIZE_BYTES = 3_000_000;
const VIRTUAL_BYTES = 10_000_000;

const detected = (format: Inspection['format'], problems: readonly string[] = []): Inspection => ({
  format,
  virtualSizeBytes: format === 'raw' ? SIZE_BYTES : VIRTUAL_BYTES,
  problems,
});

const judge = (
  declaredDiskFormat: string | null,
  inspection: Inspection,
  { containerFormat = 'bare', requireMatch = true }: { containerFormat?: string | null; requireMatch?: boolean } = {},
): number | null =>
  judgeFormat({ declaredDiskFormat, containerFormat, requireMatch }, inspection, SIZE_BYTES).virtualSizeBytes;

describe('the judgement of data by its format', () => {
  it.each(['qcow2', 'vhd', 'vhdx', 'vmdk', 'vdi', 'iso', 'luks', 'gpt'] as const)(
    'takes the virtual size from the header where %s is both declared and found',
    (format) => expect(judge(format, detected(format))).toBe(VIRTUAL_BYTES),
  );

  it('counts the bytes of raw data that was declared raw', () => {
    expect(judge('raw', detected('raw'))).toBe(SIZE_BYTES);
  });

  it.each(['ami', 'aki', 'ari', 'ploop', 'a format of the operator'])(
    'takes raw data for %s, which cannot be recognised, without a virtual size',
    (declared) => expect(judge(declared, detected('raw'))).toBeNull(),
  );

  it.each(['qcow2', 'vhd', 'iso', 'gpt', 'luks'] as const)(
    'counts the bytes of %s data that was declared raw',
    (format) => {
      expect(judge('raw', detected(format))).toBe(SIZE_BYTES);
    },
  );

  it.each([
    ['qcow2', 'raw'],
    ['iso', 'raw'],
    ['vhd', 'raw'],
    ['vmdk', 'qcow2'],
    ['qcow2', 'gpt'],
    ['qcow2', 'qcow'],
    ['ploop', 'qcow2'],
    ['aki', 'gpt'],
  ] as const)('refuses %s where %s is found', (declared, found) => {
    const judging = (): unknown => judge(declared, detected(found));
    expect(judging).toThrow(ImageFormatMismatch);
    expect(judging).toThrow(`Image disk_format ${declared} does not match stream data ${found}`);
  });

  it('tells programs what was declared and what was found', () => {
    const judging = (): unknown => judge('qcow2', detected('raw'));
    expect(judging).toThrow(
      expect.objectContaining({ code: 'data.format_mismatch', details: { declared: 'qcow2', detected: 'raw' } }),
    );
  });

  it.each([
    ['the same format', 'qcow2', true],
    ['raw', 'raw', true],
    ['raw, where formats need not match', 'raw', false],
    ['another format, where formats need not match', 'vmdk', false],
    ['nothing recognisable, where formats need not match', 'ploop', false],
  ])('refuses data that failed a safety check when declared as %s', (_, declared, requireMatch) => {
    const judging = (): unknown => judge(declared, detected('qcow2', ['it has a backing file']), { requireMatch });
    expect(judging).toThrow(ImageFormatUnsafe);
    expect(judging).toThrow(
      expect.objectContaining({
        code: 'data.format_unsafe',
        message: expect.stringContaining('it has a backing file'),
        details: { detected: 'qcow2', problems: ['it has a backing file'] },
      }),
    );
  });

  it.each(['ami', 'ovf', 'docker', 'compressed', null])(
    'does not look into a container of format %s',
    (containerFormat) => {
      expect(judge('qcow2', detected('vmdk', ['it has a parent']), { containerFormat })).toBeNull();
    },
  );

  it('lets formats differ where they need not match, and shows no virtual size then', () => {
    expect(judge('qcow2', detected('raw'), { requireMatch: false })).toBeNull();
    expect(judge('ploop', detected('qcow2'), { requireMatch: false })).toBeNull();
  });

  it('shows the same virtual sizes as ever where formats match although they need not', () => {
    expect(judge('qcow2', detected('qcow2'), { requireMatch: false })).toBe(VIRTUAL_BYTES);
    expect(judge('raw', detected('qcow2'), { requireMatch: false })).toBe(SIZE_BYTES);
  });

  it('shows no virtual size where the data does not tell it', () => {
    expect(judge('iso', { format: 'iso', virtualSizeBytes: null, problems: [] })).toBeNull();
  });

  it('refuses data when no disk format was declared', () => {
    expect(() => judge(null, detected('raw'))).toThrow(ImageFormatMismatch);
  });
});
