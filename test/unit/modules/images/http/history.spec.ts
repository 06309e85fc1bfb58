import { HttpProblem } from '../../../../../src/http/http-problem.js';
import { parseQuery } from '../../../../../src/http/query-parameters.js';
import { parseEventFilters } from '../../../../../src/modules/feed/http/event-filters.params.js';
import { parseEventPage } from '../../../../../src/modules/images/http/history/event-list.params.js';
import { parseInstant } from '../../../../../src/modules/images/http/history/instant.js';

const limits = { limitParamDefault: 25, apiLimitMax: 1000 };
const page = (query: string) => parseEventPage(parseQuery(query), limits, 'position');
const filters = (query: string) => parseEventFilters(parseQuery(query));
const at = (text: string): number => Date.parse(text);

describe('the moment that is asked for', () => {
  it('is a revision when it is a small number', () => {
    expect(parseInstant('at', '0')).toEqual({ revision: 0 });
    expect(parseInstant('at', '17')).toEqual({ revision: 17 });
  });

  it('is a time, of which a whole second means all of the second', () => {
    expect(parseInstant('at', '2026-05-01T12:00:00Z')).toEqual({ until: at('2026-05-01T12:00:00.999Z') });
    expect(parseInstant('at', '2026-05-01T12:00:00.25Z')).toEqual({ until: at('2026-05-01T12:00:00.250Z') });
    expect(parseInstant('at', '2026-05-01T14:00:00+02:00')).toEqual({ until: at('2026-05-01T12:00:00.999Z') });
  });

  it.each(['', '-1', '1.5', 'yesterday', '2026-02-30', '2026-05-01T25:00:00Z', '1e3'])('is not "%s"', (text) => {
    expect(() => parseInstant('at', text)).toThrow(HttpProblem);
  });
});

describe('the parameters of a list of events', () => {
  it('have defaults', () => {
    expect(page('')).toEqual({ after: null, direction: 'asc', limit: 25 });
    expect(filters('')).toEqual({ project: null, actor: null, type: null, image: null, since: null, until: null });
  });

  it('are read', () => {
    expect(page('marker=12&limit=3&sort_dir=desc')).toEqual({ after: 12n, direction: 'desc', limit: 3 });
    expect(
      filters('project=P&actor=U&type=ImageCreated&image=I&since=2026-05-01T12:00:00Z&until=2026-05-02T12:00:00Z'),
    ).toEqual({
      ...{ project: 'P', actor: 'U', type: 'ImageCreated', image: 'I' },
      since: at('2026-05-01T12:00:00.000Z'),
      until: at('2026-05-02T12:00:00.999Z'),
    });
  });

  it.each(['marker=', 'marker=x', 'marker=-1', 'limit=-1', 'limit=x', 'sort_dir=up'])('are refused: %s', (query) => {
    expect(() => page(query)).toThrow(HttpProblem);
  });

  it.each(['type=ImageExploded', 'type=', 'type=toString', 'since=now', 'until='])('are refused: %s', (query) => {
    expect(() => filters(query)).toThrow(HttpProblem);
  });
});
