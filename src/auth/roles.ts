/** Role names as callers carry them: trimmed, lower-case, each once. */
export function normalizedRoles(names: readonly string[]): readonly string[] {
  return [...new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ''))];
}

/** `admin` counts in any project, but never in the scope of the system, which images do not belong to. */
export const makesAdmin = (roles: readonly string[], systemScope: string | null): boolean =>
  systemScope === null && roles.includes('admin');
