import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AppConfig } from '../config/app-config.js';
import { ConfigError } from '../config/config-error.js';
import type { PropertyAccess } from '../kernel/property-access.js';
import { callerOf } from './administrators.js';
import { propertyReserved } from './auth.errors.js';
import type { Caller } from './caller.js';
import type { Answer, Policy } from './policy.js';
import { parsePropertyProtections } from './property-protection-file.js';
import type { PropertyOperation, PropertySection } from './property-protection-file.js';

type Properties = Readonly<Record<string, string>>;
type Rules = Policy & Readonly<{ knows(rule: string): boolean }>;

/** Names whose section is remembered; clients choose the names. */
const REMEMBERED_NAMES = 10_000;

/**
 * Who may do what with which custom properties. The first section decides whose pattern is found in the name; what no
 * section is about is nobody's, administrators included. Without a file everybody may do everything.
 */
export class PropertyProtections implements PropertyAccess {
  private readonly sectionOf = new Map<string, PropertySection | null>();

  constructor(
    private readonly sections: readonly PropertySection[] | null,
    private readonly format: 'roles' | 'policies',
    private readonly policy: Rules,
  ) {}

  /** @throws ConfigError naming the file, the section and what is wrong */
  static open(
    { protectionFile, protectionFormat, folders }: AppConfig['properties'],
    policy: Rules,
    log: Readonly<{ warn(message: string): void }>,
  ): PropertyProtections {
    if (protectionFile === null) return new PropertyProtections(null, protectionFormat, policy);
    const [file, text] = readFirst(folders.map((folder) => resolve(folder, protectionFile)));
    const sections = parsePropertyProtections(text, file, {
      format: protectionFormat,
      knowsRule: (name) => policy.knows(name),
      warn: (message) => log.warn(message),
    });
    return new PropertyProtections(sections, protectionFormat, policy);
  }

  allows(operation: PropertyOperation, name: string, caller: Caller): Answer {
    if (this.sections === null) return true;
    const permission = this.find(name)?.permissions[operation] ?? 'nobody';
    if (permission === 'everybody') return true;
    if (permission === 'nobody') return false;
    if (this.format === 'policies') return this.fits(permission[0] ?? '', caller);
    return permission.some((role) => caller.roles.includes(role) || caller.serviceRoles.includes(role));
  }

  /** @throws PropertyReserved */
  async require(operation: PropertyOperation, name: string, caller: Caller): Promise<void> {
    if (await this.allows(operation, name, caller)) return;
    throw propertyReserved(name);
  }

  /** Without what the caller may not read. */
  async readable<Image extends Readonly<{ properties: Properties }>>(image: Image, caller: Caller): Promise<Image> {
    if (this.sections === null) return image;
    const entries = Object.entries(image.properties);
    const answers = entries.map(([name]) => this.allows('read', name, caller));
    const known = answers.every(isKnown) ? answers : await Promise.all(answers.map(async (answer) => answer));
    if (known.every(Boolean)) return image;
    return { ...image, properties: Object.fromEntries(entries.filter((_entry, index) => known[index])) };
  }

  /** As `readable`, of each of them. */
  async readableAll<Image extends Readonly<{ properties: Properties }>>(
    images: readonly Image[],
    caller: Caller,
  ): Promise<readonly Image[]> {
    return this.sections === null ? images : Promise.all(images.map((image) => this.readable(image, caller)));
  }

  async takeable(properties: Properties, requester: Parameters<PropertyAccess['takeable']>[1]): Promise<Properties> {
    const { userId, projectId, roles } = requester;
    const caller = await callerOf({ userId, projectId, roles, serviceRoles: [], systemScope: null }, this.policy);
    const { properties: readable } = await this.readable({ properties }, caller);
    const taken: [string, string][] = [];
    for (const entry of Object.entries(readable)) if (await this.allows('create', entry[0], caller)) taken.push(entry);
    return Object.fromEntries(taken);
  }

  /** A rule that has gone since the start is fitted by nobody: the default rule is not about properties. */
  private fits(rule: string, caller: Caller): Answer {
    return this.policy.knows(rule) && this.policy.allows(rule, caller, {});
  }

  private find(name: string): PropertySection | null {
    const remembered = this.sectionOf.get(name);
    if (remembered !== undefined) return remembered;
    const section = this.sections?.find(({ pattern }) => pattern.test(name)) ?? null;
    if (this.sectionOf.size >= REMEMBERED_NAMES) this.sectionOf.clear();
    this.sectionOf.set(name, section);
    return section;
  }
}

/** Everybody may do everything. */
export const UNPROTECTED = new PropertyProtections(null, 'roles', { allows: () => true, knows: () => true });

const isKnown = (answer: Answer): answer is boolean => typeof answer === 'boolean';

/** @throws ConfigError when none of the files can be read */
function readFirst(files: readonly string[]): readonly [file: string, text: string] {
  const problems: string[] = [];
  for (const file of files) {
    try {
      return [file, readFileSync(file, 'utf8')];
    } catch (error) {
      problems.push(`[DEFAULT] property_protection_file: ${error instanceof Error ? error.message : file}`);
    }
  }
  throw new ConfigError(problems);
}
