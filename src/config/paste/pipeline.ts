import { ConfigError } from '../config-error.js';
import type { PasteFile, PasteSetting } from './paste-file.js';

/** A filter or application on the way of a request: its name, the factory that makes it, and its own settings. */
export type PipelinePart = Readonly<{
  kind: 'filter' | 'app';
  name: string;
  factory: string;
  settings: ReadonlyMap<string, PasteSetting>;
}>;

const FACTORY_KEYS = [
  'paste.filter_factory',
  'paste.filter_app_factory',
  'paste.app_factory',
  'paste.composite_factory',
];

/** Keys of a composite application that mount others begin so. */
const isMount = (key: string): boolean => key.startsWith('/');

/**
 * All filters and applications that an application of the file is made of, in the order in which requests meet them.
 * @throws ConfigError when something is named that the file does not define
 */
export function pipelineOf(file: PasteFile, application: string): readonly PipelinePart[] {
  return new PipelineReader(file).readApplication(application, [], file.path);
}

class PipelineReader {
  constructor(private readonly file: PasteFile) {}

  readApplication(name: string, path: readonly string[], origin: string): readonly PipelinePart[] {
    if (path.includes(name)) throw new ConfigError([`${origin}: "${name}" is a part of itself`]);
    const inner = [...path, name];
    const pipeline = this.section('pipeline', name);
    if (pipeline) return this.readPipeline(pipeline, inner, origin);
    const composite = this.section('composite', name) ?? this.section('composit', name);
    if (composite) return this.readMounts(composite, inner);
    const filtered = this.section('filter-app', name);
    if (filtered) return [this.part('filter', name, filtered), ...this.readNext(filtered, inner, origin)];
    const app = this.section('app', name) ?? this.section('application', name);
    if (app) return this.readApp(name, app, inner, origin);
    throw new ConfigError([`${origin}: there is no application "${name}"${this.known()}`]);
  }

  private readPipeline(section: Section, path: readonly string[], origin: string): readonly PipelinePart[] {
    const setting = section.get('pipeline');
    const names = (setting?.value ?? '').split(/\s+/).filter((name) => name !== '');
    const application = names.pop();
    if (setting === undefined || application === undefined) {
      throw new ConfigError([`${setting?.origin ?? origin}: a pipeline must end in an application`]);
    }
    const filters = names.map((name) => this.readFilter(name, setting.origin));
    return [...filters, ...this.readApplication(application, path, setting.origin)];
  }

  private readFilter(name: string, origin: string): PipelinePart {
    const section = this.section('filter', name);
    if (section) return this.part('filter', name, section);
    // Factories may also be named where a filter is used.
    if (name.includes(':')) return { kind: 'filter', name, factory: name, settings: new Map() };
    throw new ConfigError([`${origin}: there is no filter "${name}"`]);
  }

  private readMounts(section: Section, path: readonly string[]): readonly PipelinePart[] {
    return [...section]
      .filter(([key]) => isMount(key))
      .flatMap(([, { value, origin }]) => this.readApplication(value, path, origin));
  }

  private readApp(name: string, section: Section, path: readonly string[], origin: string): readonly PipelinePart[] {
    const used = section.get('use')?.value;
    const isOther = used !== undefined && !used.includes(':') && used !== name;
    return isOther ? this.readApplication(used, path, origin) : [this.part('app', name, section)];
  }

  private readNext(section: Section, path: readonly string[], origin: string): readonly PipelinePart[] {
    const next = section.get('next');
    return next ? this.readApplication(next.value, path, origin) : [];
  }

  private part(kind: PipelinePart['kind'], name: string, section: Section): PipelinePart {
    const key = [...FACTORY_KEYS, 'use'].find((candidate) => section.has(candidate)) ?? '';
    const settings = new Map([...section].filter(([setting]) => setting !== key));
    return { kind, name, factory: section.get(key)?.value ?? '', settings };
  }

  private section(kind: string, name: string): Section | undefined {
    return this.file.sections.get(`${kind}:${name}`);
  }

  private known(): string {
    const names = [...this.file.sections.keys()].flatMap(
      (section) => /^(?:pipeline|composite):(.+)$/.exec(section)?.[1] ?? [],
    );
    return names.length > 0 ? `; there are ${names.join(', ')}` : '';
  }
}

type Section = ReadonlyMap<string, PasteSetting>;
