const REQUIRED_MAJOR = 24;
const REQUIRED_MINOR = 9;

/**
 * Why this version of Node cannot run the program; null when it can. To be asked before anything is imported that
 * an older one fails to load.
 */
export function runtimeProblem(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > REQUIRED_MAJOR || (major === REQUIRED_MAJOR && minor >= REQUIRED_MINOR)) return null;
  return (
    `Hindsight needs Node ${REQUIRED_MAJOR}.${REQUIRED_MINOR} or newer, this is ${version}. ` +
    'Start it with "npm run up" or "npm run hindsight -- <command>", which use the version installed with it.'
  );
}
