const MIB = 2 ** 20;

/** How clients are told what was copied so far, or in the end: as the message of a task, in Glance's words. */
export const copiedMessage = (bytes: number): string => `Copied ${String(Math.floor(bytes / MIB))} MiB`;
