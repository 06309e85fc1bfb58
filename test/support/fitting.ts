/** What an example stands for: three dots are any text. */
export const fitting = (example: unknown): unknown => {
  if (typeof example === 'string' && example.includes('…')) {
    const parts = example.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return expect.stringMatching(new RegExp(`^${parts.join('.*')}$`));
  }
  if (Array.isArray(example)) return example.map(fitting);
  if (typeof example !== 'object' || example === null) return example;
  return Object.fromEntries(Object.entries(example).map(([name, value]) => [name, fitting(value)]));
};
