import { Type } from 'typebox';
import { imageEvents } from '../../../src/events/contracts/image-events.js';
import type { ImageEvent } from '../../../src/events/contracts/image-events.js';
import { EventCodec } from '../../../src/events/event-codec.js';
import type { RecordedEvent } from '../../../src/events/event-store.js';
import { InvalidStoredEvent, UnknownEventSchema, UnknownEventType } from '../../../src/events/events.errors.js';
import type { Upcaster } from '../../../src/events/upcasters/upcaster.js';
import type { JsonObject } from '../../../src/kernel/json.js';
import { newEvent } from '../../support/new-event.js';

const shipEvents = {
  ShipNamed: {
    schemaVersion: 3,
    data: Type.Object(
      { name: Type.String(), tonnage: Type.Integer(), flag: Type.Optional(Type.String()) },
      { additionalProperties: false },
    ),
  },
  ShipSunk: { schemaVersion: 1, data: Type.Object({}, { additionalProperties: false }) },
} as const;

/** Version 1 called it `title`, version 2 knew no tonnage. */
const titleToName: Upcaster = {
  type: 'ShipNamed',
  fromVersion: 1,
  upcast: ({ title, ...rest }) => ({ ...rest, name: JSON.stringify(title) }),
};
const addTonnage: Upcaster = { type: 'ShipNamed', fromVersion: 2, upcast: (data) => ({ ...data, tonnage: 0 }) };

const codec = EventCodec.of([shipEvents], [addTonnage, titleToName]);

const recorded = (type: string, schemaVersion: number, data: unknown): RecordedEvent => ({
  ...newEvent({ type, schemaVersion, data: data as JsonObject }),
  stream: 'ship-1',
  revision: 4,
  position: 17n,
});

describe('EventCodec', () => {
  describe('decoding', () => {
    it('yields the event of the latest version as it was stored', () => {
      const data = { name: 'Argo', tonnage: 12 };

      expect(codec.decode(recorded('ShipNamed', 3, data))).toEqual({ type: 'ShipNamed', schemaVersion: 3, data });
    });

    it('lifts the first version through every upcaster in turn', () => {
      expect(codec.decode(recorded('ShipNamed', 1, { title: 'Argo' }))).toEqual({
        type: 'ShipNamed',
        schemaVersion: 3,
        data: { name: '"Argo"', tonnage: 0 },
      });
    });

    it('lifts a version in the middle through the remaining upcasters only', () => {
      expect(codec.decode(recorded('ShipNamed', 2, { name: 'Argo' })).data).toEqual({ name: 'Argo', tonnage: 0 });
    });

    it('leaves the stored event alone when it upcasts', () => {
      const old = recorded('ShipNamed', 1, Object.freeze({ title: 'Argo' }));
      codec.decode(old);

      expect(old.data).toEqual({ title: 'Argo' });
    });

    it('stops at a type that it does not know', () => {
      expect(() => codec.decode(recorded('ShipPainted', 1, {}))).toThrow(UnknownEventType);
    });

    it('does not take a name that every object has for a type', () => {
      expect(() => codec.decode(recorded('toString', 1, {}))).toThrow(UnknownEventType);
    });

    it.each([4, 0, -1, 1.5, Number.NaN])('stops at schema version %p of three', (schemaVersion) => {
      const event = recorded('ShipNamed', schemaVersion, { name: 'Argo', tonnage: 1 });

      expect(() => codec.decode(event)).toThrow(UnknownEventSchema);
    });

    it.each([
      ['a field is missing', { name: 'Argo' }, /tonnage/],
      ['a field has the wrong type', { name: 'Argo', tonnage: '12' }, /data\/tonnage must be integer/],
      ['a field is one too many', { name: 'Argo', tonnage: 1, captain: 'Jason' }, /additional properties/],
      ['an optional field has the wrong type', { name: 'Argo', tonnage: 1, flag: null }, /data\/flag must be string/],
      ['the data is a list', [], /data must be object/],
      ['the data is null', null, /data must be object/],
      ['the data is text', 'Argo', /data must be object/],
    ])('stops when %s', (_, data, reason) => {
      const event = recorded('ShipNamed', 3, data);

      expect(() => codec.decode(event)).toThrow(InvalidStoredEvent);
      expect(() => codec.decode(event)).toThrow(reason);
    });

    it('stops when an upcaster cannot read the old data', () => {
      expect(() => codec.decode(recorded('ShipNamed', 1, null))).toThrow(InvalidStoredEvent);
    });

    it('stops when upcasting leads to data that the contract forbids', () => {
      expect(() => codec.decode(recorded('ShipNamed', 2, { title: 'Argo' }))).toThrow(InvalidStoredEvent);
    });

    it.each([
      ['an unknown type', 'ShipPainted', 1, {}],
      ['an unknown version', 'ShipNamed', 9, {}],
      ['invalid data', 'ShipNamed', 3, {}],
    ])('names type, stream, revision and position of an event with %s', (_, type, schemaVersion, data) => {
      expect(() => codec.decode(recorded(type, schemaVersion, data))).toThrow(
        expect.objectContaining({
          message: expect.stringContaining(`${type} at revision 4 of stream ship-1 (position 17)`),
          details: { type, stream: 'ship-1', revision: 4, position: '17' },
        }),
      );
    });
  });

  describe('encoding', () => {
    it('yields type, version and data, and nothing else', () => {
      const event = {
        type: 'ShipNamed',
        schemaVersion: 3,
        data: { name: 'Argo', tonnage: 1 },
        secret: 'token',
      } as const;

      expect(codec.encode(event)).toEqual({ type: 'ShipNamed', schemaVersion: 3, data: { name: 'Argo', tonnage: 1 } });
    });

    it('accepts an optional field that is present and undefined', () => {
      const data = { name: 'Argo', tonnage: 1, flag: undefined } as unknown as { name: string; tonnage: number };

      expect(() => codec.encode({ type: 'ShipNamed', schemaVersion: 3, data })).not.toThrow();
    });

    it.each([
      ['of an unknown type', { type: 'ShipPainted', schemaVersion: 1, data: {} }],
      ['of an old version', { type: 'ShipNamed', schemaVersion: 1, data: { title: 'Argo' } }],
      ['with data that its contract forbids', { type: 'ShipNamed', schemaVersion: 3, data: { name: 1, tonnage: 1 } }],
      [
        'with a number that JSON cannot carry',
        { type: 'ShipNamed', schemaVersion: 3, data: { name: '', tonnage: NaN } },
      ],
    ])('refuses an event %s as a bug', (_, event) => {
      expect(() => codec.encode(event as unknown as Parameters<typeof codec.encode>[0])).toThrow(TypeError);
    });
  });

  describe('building', () => {
    it.each([
      ['an upcaster is missing', [titleToName]],
      ['a version has two upcasters', [titleToName, addTonnage, addTonnage]],
      ['an upcaster starts at the latest version', [titleToName, addTonnage, { ...addTonnage, fromVersion: 3 }]],
      ['an upcaster is for an unknown type', [titleToName, addTonnage, { ...addTonnage, type: 'ShipPainted' }]],
    ])('is refused when %s', (_, upcasters) => {
      expect(() => new EventCodec([shipEvents], upcasters)).toThrow(TypeError);
    });

    it('is refused when two catalogues describe the same type', () => {
      const other = { ShipSunk: shipEvents.ShipSunk };

      expect(() => new EventCodec([shipEvents, other], [titleToName, addTonnage])).toThrow(/Two catalogues/);
    });

    it('joins the catalogues of several contexts', () => {
      const joined = EventCodec.of([shipEvents, imageEvents], [titleToName, addTonnage]);
      const event = joined.decode(recorded('ImageTagAdded', 1, { tag: 'a' }));

      expect(event.type === 'ImageTagAdded' && event.data.tag).toBe('a');
      expect(joined.decode(recorded('ShipSunk', 1, {})).type).toBe('ShipSunk');
    });
  });

  it('reads back every image event that it writes', () => {
    const images: EventCodec<ImageEvent> = EventCodec.of([imageEvents]);
    const events: readonly ImageEvent[] = [
      { type: 'ImageDetailsChanged', schemaVersion: 1, data: { name: null, minRamMb: 3 } },
      { type: 'ImagePropertiesChanged', schemaVersion: 1, data: { set: { 'a\nb': 'c' }, removed: ['d'] } },
      { type: 'ImageDeactivated', schemaVersion: 1, data: {} },
      {
        type: 'ImageLocationAdded',
        schemaVersion: 1,
        data: { location: { store: 's', url: 'file:///a', metadata: { x: [1, { y: null }] } }, sizeBytes: 0 },
      },
    ];

    for (const event of events) {
      const { type, schemaVersion, data } = images.encode(event);
      expect(images.decode(recorded(type, schemaVersion, JSON.parse(JSON.stringify(data))))).toEqual(event);
    }
  });
});
