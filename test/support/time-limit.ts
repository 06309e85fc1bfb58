/**
 * Lets the test runner's time limit take effect: it looks at its clock only when the test yields, so that code which
 * blocks for minutes would pass. To be awaited behind what must not take time out of proportion.
 */
export const timeLimitChecked = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
