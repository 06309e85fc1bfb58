// A web server: /MIB gives so much content as fast as it is taken, /MIB/RATE gives each download RATE MiB a second.
import { createServer } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { block } from './content.mjs';

/** Web servers have it; services may refuse to fetch from other ports. */
const PREFERRED_PORT = 80;
const PIECES_PER_MIB = 4;
/** A download that was slow may catch up by so much: timers are late. */
const CATCH_UP_MS = 50;

function* unlimited(mib) {
  for (let sent = 0; sent < mib; sent += 1) yield block;
}

async function* limited(mib, mibPerSecond) {
  const pieceMs = 1000 / mibPerSecond / PIECES_PER_MIB;
  const pieceBytes = block.length / PIECES_PER_MIB;
  let due = performance.now();
  for (let piece = 0; piece < mib * PIECES_PER_MIB; piece += 1) {
    due = Math.max(due, performance.now() - CATCH_UP_MS) + pieceMs;
    await delay(Math.max(due - performance.now(), 0));
    const offset = (piece % PIECES_PER_MIB) * pieceBytes;
    yield block.subarray(offset, offset + pieceBytes);
  }
}

const server = createServer((request, response) => {
  const [, mib, mibPerSecond] = request.url.split('/').map(Number);
  response.writeHead(200, { 'Content-Length': mib * block.length, 'Content-Type': 'application/octet-stream' });
  const pieces = mibPerSecond === undefined ? unlimited(mib) : limited(mib, mibPerSecond);
  // Whoever goes away in the middle has a reason of its own.
  pipeline(Readable.from(pieces, { objectMode: false, highWaterMark: block.length }), response, () => undefined);
});
server.once('error', () => server.listen(0, '127.0.0.1'));
server.once('listening', () => process.send(server.address().port));
server.listen(PREFERRED_PORT, '127.0.0.1');
process.once('disconnect', () => process.exit());
