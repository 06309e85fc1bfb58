import { readdirSync, readFileSync } from 'node:fs';
import { RequestMethod } from '@nestjs/common';
import { API_PATHS, findApiRoute } from '../../../src/http/api-routes.js';

const MODULES = new URL('../../../src/modules/', import.meta.url);

/** Paths of controllers that the table of routes leaves out: versions, health, and the older ways to the cache. */
const ELSEWHERE = /^\/($|versions$|v2$|healthcheck$|v2\/(cached|queued)_images)/;

type Handler = Readonly<{ method: string; path: string; name: string }>;

const pathsOf = (target: object): readonly string[] =>
  [Reflect.getMetadata('path', target) as string | string[]].flat();

/** What the decorators of a controller say. */
function handlersOf(controller: { prototype: object }): Handler[] {
  const handlers = Object.entries(Object.getOwnPropertyDescriptors(controller.prototype));
  return handlers.flatMap(([name, { value }]) => {
    if (typeof value !== 'function' || !Reflect.hasMetadata('method', value)) return [];
    const method = RequestMethod[Reflect.getMetadata('method', value) as RequestMethod];
    return pathsOf(controller).flatMap((base) =>
      pathsOf(value as object).map((rest) => {
        const segments = `${base}/${rest}`.split('/').filter(Boolean);
        return { method, name, path: `/${segments.map((segment) => segment.replace(/^:(.*)/, '{$1}')).join('/')}` };
      }),
    );
  });
}

async function allHandlers(): Promise<Handler[]> {
  const files = readdirSync(MODULES, { recursive: true, encoding: 'utf8' });
  const modules = await Promise.all(
    files
      .filter((file) => file.endsWith('.controller.ts'))
      .map((file) => import(new URL(file, MODULES).href) as Promise<Record<string, { prototype: object }>>),
  );
  return modules.flatMap((module) => Object.values(module).flatMap(handlersOf));
}

const inOrder = (lines: readonly string[]): string[] => lines.toSorted();

describe('docs/api.md', () => {
  it('lists the paths of the table of routes, with their methods', () => {
    const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
    const listed = [...page.matchAll(/^\| `(\/v2\/[^`]+)` \| ([A-Z, ]+) \|/gm)].map(
      ([, path, methods]) => `${path!} ${methods!}`,
    );
    const known = API_PATHS.map((path) => {
      const shown = path.replace(/^(\/v2\/schemas\/metadefs)\/.*/, '$1/{schema}');
      return `${shown} ${findApiRoute(path)!.methods.join(', ')}`;
    });
    expect(inOrder(listed)).toEqual(inOrder([...new Set(known)]));
  });
});

describe('the table of routes', () => {
  it('has every path and method that a controller serves', async () => {
    const served = (await allHandlers()).filter(({ path }) => !ELSEWHERE.test(path));
    const missing = served.filter(({ method, name, path }) => {
      const route = findApiRoute(path.replace(/\/v2\/schemas\/metadefs\/\{schema\}/, '/v2/schemas/metadefs/object'));
      return !name.startsWith('refuse') && route?.methods.includes(method) !== true;
    });
    expect(served.length).toBeGreaterThan(API_PATHS.length / 2);
    expect(missing).toEqual([]);
  });

  it('has none that no controller serves', async () => {
    const served = new Set((await allHandlers()).map(({ method, path }) => `${method} ${path}`));
    const named = API_PATHS.flatMap((path) =>
      findApiRoute(path)!.methods.map(
        (method) => `${method} ${path.replace(/^(\/v2\/schemas\/metadefs)\/.*/, '$1/{schema}')}`,
      ),
    );
    expect(named.filter((each) => !served.has(each))).toEqual([]);
  });
});
