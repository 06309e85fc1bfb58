/** Role names as callers carry them: trimmed, lower-case, each once. */
export function normalizedRoles(names: readonly string[]): readonly string[] {
  return [...new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ''))];
}
