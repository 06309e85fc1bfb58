/** Seconds are the finest that clients see of a time. */
export const presentTime = (iso: string): string => `${iso.slice(0, 19)}Z`;
