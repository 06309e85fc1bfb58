import { followEvents, printEvents } from '../../../src/cli/tail-events.js';
import { eventually } from '../../support/eventually.js';
import { newEvents } from '../../support/new-event.js';
import { ImageHouse, recordLines } from './image-house.js';

describe('hindsight events tail', () => {
  let house: ImageHouse;
  beforeEach(async () => (house = await ImageHouse.open()));
  afterEach(() => house.close());

  it('prints all events in order, or those after a position', async () => {
    const first = await house.createImage('one');
    const second = await house.createImage('two');
    const all = recordLines();
    await printEvents(house.backend.eventStore, 0n, true, all.print);
    const events = all.lines.map((line) => JSON.parse(line));
    expect(events.map(({ stream, revision, type }) => [stream, revision, type])).toEqual([
      [`image-${first}`, 0, 'ImageCreated'],
      [`image-${second}`, 0, 'ImageCreated'],
    ]);
    const later = recordLines();
    await printEvents(house.backend.eventStore, BigInt(events[0].position), false, later.print);
    expect(later.lines).toEqual([
      expect.stringMatching(`image-${second}#0 +ImageCreated +user alice {2}project project-1`),
    ]);
  });

  it('reads a log that is longer than one batch to its end', async () => {
    await house.backend.eventStore.append('something-1', 'no_stream', newEvents(1200));
    const { lines, print } = recordLines();
    await printEvents(house.backend.eventStore, 0n, true, print);
    expect(lines).toHaveLength(1200);
  });

  it('follows what happens until it is stopped', async () => {
    await house.createImage('before');
    const { lines, print } = recordLines();
    const stopping = new AbortController();
    const following = followEvents(house.backend.eventStore, 0n, true, print, stopping.signal);
    await eventually(() => expect(lines).toHaveLength(1));
    await house.createImage('after');
    await eventually(() => expect(lines).toHaveLength(2));
    stopping.abort();
    await following;
  });
});
