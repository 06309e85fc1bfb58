import type { Service } from './service.js';

export type LogLine = Readonly<Record<string, unknown> & { pid: number; msg: string }>;

/** The lines of a log that are JSON. */
export const linesOf = (text: string): readonly LogLine[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LogLine);

/** How often, and with what, a service has logged a message. */
export const said = (service: Service, message: string): readonly LogLine[] =>
  linesOf(service.log).filter(({ msg }) => msg === message);
