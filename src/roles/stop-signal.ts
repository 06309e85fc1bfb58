const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Resolves with the name of the first signal that asks the process to stop. A second one, whichever, ends it at once. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      for (const each of STOP_SIGNALS) process.off(each, stop);
      resolve(signal);
    };
    for (const each of STOP_SIGNALS) process.on(each, stop);
  });
}
