const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
const DOUBLINGS_TO_LONGEST = Math.ceil(Math.log2(LONGEST_PAUSE_MS / FIRST_PAUSE_MS));

/** How long to wait after so many failures in a row (from 1) before the next attempt. */
export const growingPauseMs = (failures: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, DOUBLINGS_TO_LONGEST), LONGEST_PAUSE_MS);
