import { eventStream } from '../../../../../src/modules/feed/http/event-stream.js';

describe('a stream of events', () => {
  it('begins at once, names each event by its position, and shows that it lives', async () => {
    const parts = [[{ position: '7', type: 'ImageCreated' }, { position: '9' }], []];
    const written = await Array.fromAsync(
      eventStream(
        (async function* () {
          yield* await Promise.resolve(parts);
        })(),
      ),
    );
    expect(written).toEqual([
      expect.stringMatching(/^: .+\n\n$/),
      'id: 7\ndata: {"position":"7","type":"ImageCreated"}\n\nid: 9\ndata: {"position":"9"}\n\n',
      expect.stringMatching(/^: .+\n\n$/),
    ]);
  });
});
