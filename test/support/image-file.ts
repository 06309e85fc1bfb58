import { readFileSync } from 'node:fs';

/** One instruction of a Dockerfile: `COPY`, and what follows it. */
type Instruction = Readonly<{ name: string; words: string }>;

/** The instructions of the Dockerfile, continued lines joined. */
export const imageInstructions = (): readonly Instruction[] =>
  readFileSync('Dockerfile', 'utf8')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', words = ''] = /^([A-Z]+) (.*)$/.exec(line.trim()) ?? [];
      return { name, words };
    });

/** The words of an instruction in the form of a JSON array, say ENTRYPOINT. */
export function imageWords(name: 'ENTRYPOINT' | 'CMD'): readonly string[] {
  const instruction = imageInstructions().find((each) => each.name === name);
  return JSON.parse(instruction?.words ?? '[]') as string[];
}
