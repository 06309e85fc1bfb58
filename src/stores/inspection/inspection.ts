/** Formats that data is recognised as; `gpt` is any disk that begins with a boot sector, `raw` is everything else. */
export type DetectedFormat =
  'raw' | 'qcow2' | 'qcow' | 'qed' | 'vhd' | 'vhdx' | 'vmdk' | 'vdi' | 'iso' | 'luks' | 'gpt';

/** What data turned out to be. */
export type Inspection = Readonly<{
  format: DetectedFormat;
  /** Size of the disk that the data describes, in bytes; null: it does not say, or says what cannot be. */
  virtualSizeBytes: number | null;
  /** Safety checks that failed, for people; each completes the sentence "The data is refused because ...". */
  problems: readonly string[];
}>;
