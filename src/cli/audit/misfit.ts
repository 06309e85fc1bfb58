/** Where a log, or a file of checkpoints, is not what was signed: the first event that does not fit, or the line. */
export type Misfit = Readonly<{
  place: Readonly<{ stream: string; revision: number; position: string }> | Readonly<{ file: string; line: number }>;
  problem: string;
}>;

/** Ends the walk through a log: behind the first misfit nothing fits. */
export class MisfitFound extends Error {
  constructor(readonly misfit: Misfit) {
    super(misfit.problem);
  }
}

type Placed = Readonly<{ stream: string; revision: number; position: bigint }>;

export const eventMisfit = ({ stream, revision, position }: Placed, problem: string): MisfitFound =>
  new MisfitFound({ place: { stream, revision, position: String(position) }, problem });
