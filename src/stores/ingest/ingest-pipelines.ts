import { IngestPipeline } from './ingest-pipeline.js';

/** A pipeline for each hash that is wanted; all but the usual one begin when they are first asked for. */
export class IngestPipelines {
  private readonly byAlgorithm = new Map<string, IngestPipeline>();

  /** @throws HashAlgorithmUnknown */
  constructor(usual: string) {
    this.with(usual);
  }

  /** @throws HashAlgorithmUnknown */
  with(hashAlgorithm: string): IngestPipeline {
    const known = this.byAlgorithm.get(hashAlgorithm);
    if (known !== undefined) return known;
    const pipeline = new IngestPipeline({ hashAlgorithm });
    this.byAlgorithm.set(hashAlgorithm, pipeline);
    return pipeline;
  }

  async close(): Promise<void> {
    await Promise.all([...this.byAlgorithm.values()].map((pipeline) => pipeline.close()));
  }
}
