// The least that a server can do: throws uploads away, answers downloads of the given size out of memory.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';

const sizeBytes = Number(process.argv[2]);
const block = Buffer.alloc(2 ** 20);

function* blocks() {
  for (let sent = 0; sent < sizeBytes; sent += block.length) yield block;
}

const server = createServer((request, response) => {
  if (request.method === 'PUT') request.resume().on('end', () => response.writeHead(204).end());
  else if (request.url === '/') response.writeHead(200, { 'Content-Length': 2 }).end('{}');
  else Readable.from(blocks(), { objectMode: false, highWaterMark: block.length }).pipe(response);
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
