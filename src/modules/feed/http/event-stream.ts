import type { PresentedEvent } from '../../images/http/history/event.presenter.js';

/** Proxies and clients must not take a quiet connection for a dead one. */
const SIGN_OF_LIFE = ': still here\n\n';

/**
 * Events in the form of Server-Sent Events; their ids are positions, which clients name when they come back. The first line
 * says at once that the stream is there.
 * @param parts an empty one becomes a sign of life
 */
export async function* eventStream(parts: AsyncIterable<readonly PresentedEvent[]>): AsyncGenerator<string> {
  yield ': this is the stream of events\n\n';
  for await (const part of parts) yield part.length === 0 ? SIGN_OF_LIFE : part.map(serverSentEvent).join('');
}

const serverSentEvent = (event: PresentedEvent): string => `id: ${event.position}\ndata: ${JSON.stringify(event)}\n\n`;
