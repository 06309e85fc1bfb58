import fc from 'fast-check';
import { HttpProblem } from '../../../../../src/http/http-problem.js';
import type { JsonObject } from '../../../../../src/kernel/json.js';
import { parseCreateTask } from '../../../../../src/modules/tasks/http/create-task.body.js';

const refusalOf = (body: unknown): readonly [number, string] | null => {
  try {
    parseCreateTask(body as JsonObject);
    return null;
  } catch (error) {
    if (error instanceof HttpProblem) return [error.status, error.explanation ?? ''];
    throw error;
  }
};

describe('the body of a new task', () => {
  it.each(['import', 'export', 'clone', 'api_image_import', 'location_import'])('may be of type %s', (type) => {
    expect(parseCreateTask({ type, input: { a: [1] } })).toEqual({ taskType: type, input: { a: [1] } });
  });

  it('may have no input to speak of', () => {
    expect(parseCreateTask({ type: 'import', input: null })).toEqual({ taskType: 'import', input: {} });
  });

  it.each([
    [{}, "Task 'type' is required"],
    [{ type: 'import' }, "Task 'input' is required"],
    [{ type: 'scrub', input: {} }, "'type' must be one of: import, export, clone, api_image_import, location_import"],
    [{ type: null, input: {} }, "'type' must be one of"],
    [{ type: ['import'], input: {} }, "'type' must be one of"],
    [{ type: 'import', input: 'http://host' }, "'input' must be an object"],
    [{ type: 'import', input: [] }, "'input' must be an object"],
    [{ type: 'import', input: {}, status: 'success' }, "'status' was unexpected"],
  ])('%j is refused: %s', (body, reason) => {
    expect(refusalOf(body)).toEqual([400, expect.stringContaining(reason)]);
  });

  it('is understood or refused with 400, whatever it is', () => {
    const name = fc.oneof(fc.constantFrom('type', 'input', '__proto__'), fc.string());
    const value = fc.oneof(fc.constantFrom('import', 'export'), fc.jsonValue());
    fc.assert(
      fc.property(fc.dictionary(name, value), (body) => {
        expect([null, 400]).toContain(refusalOf(body)?.[0] ?? null);
      }),
    );
  });
});
