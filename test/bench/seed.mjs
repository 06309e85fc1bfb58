// npm run bench:seed -- DATA_DIR IMAGES: fills a data folder with images of many projects, by their events.
import { resolve } from 'node:path';
import { seedEvents } from './seed/seed-events.mjs';

const [dataDir, images] = process.argv.slice(2);
if (dataDir === undefined || !/^[1-9]\d{0,7}$/.test(images ?? '')) {
  console.error('Usage: npm run bench:seed -- DATA_DIR IMAGES');
  process.exit(2);
}
const { events, appendSeconds, projectSeconds } = await seedEvents({
  dataDir: resolve(dataDir),
  images: Number(images),
});
const rate = (seconds) => `${seconds.toFixed(1)} s (${Math.round(events / seconds)} events/s)`;
console.log(`${images} images, ${events} events: log ${rate(appendSeconds)}, read models ${rate(projectSeconds)}`);
