import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { eventCataloguePage } from '../../../src/cli/event-catalogue-page.js';
import { EVENT_CONTEXTS } from '../../../src/cli/event-contexts.js';
import { EVENT_FIELD_MEANINGS } from '../../../src/cli/event-field-meanings.js';

const ships = {
  ShipNamed: {
    schemaVersion: 2,
    data: Type.Object(
      {
        name: Type.Union([Type.String(), Type.Null()]),
        decks: Type.Optional(Type.Array(Type.Object({ height: Type.Integer() }))),
        notes: Type.Record(Type.String(), Type.Unknown({ description: 'ignored here' })),
        state: Type.Literal('afloat', { description: 'its own meaning' }),
      },
      { description: 'A ship has a name.' },
    ),
  },
  ShipSunk: { schemaVersion: 1, data: Type.Object({}, { description: 'It is gone.' }) },
};
const meanings = { name: 'how it is called', decks: 'from below', notes: 'whatever', state: 'not this one' };

describe('the page of events', () => {
  const page = eventCataloguePage([{ title: 'Ships', stream: 'ship-<n>', events: ships }], meanings);

  it.each([
    '## Ships\n\nStream `ship-<n>`.',
    '### ShipNamed (version 2)\n\nA ship has a name.\n\n| field | type | meaning |',
    '| `name` | string or null | how it is called |',
    '| `decks?` | list of object (height: integer) | from below |',
    '| `notes` | map of any JSON | whatever |',
    '| `state` | `"afloat"` | its own meaning |',
    '### ShipSunk (version 1)\n\nIt is gone.\n\nNo data.',
  ])('has %j', (text) => {
    expect(page).toContain(text);
  });

  it('cannot be made while the meaning of a field is missing', () => {
    expect(() => eventCataloguePage([{ title: 'Ships', stream: 'ship-<n>', events: ships }], {})).toThrow(
      /name of ShipNamed/,
    );
  });

  it('is up to date in the repository', () => {
    const page = eventCataloguePage(EVENT_CONTEXTS, EVENT_FIELD_MEANINGS);

    expect(readFileSync('docs/events.md', 'utf8')).toBe(page);
  });

  it('explains no field that no event has', () => {
    const fields = EVENT_CONTEXTS.flatMap(({ events }) =>
      Object.values(events).flatMap(({ data }) => Object.keys(data.properties)),
    );

    expect(Object.keys(EVENT_FIELD_MEANINGS).filter((field) => !fields.includes(field))).toEqual([]);
  });
});
