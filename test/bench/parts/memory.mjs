import { compare } from '../measuring/compare.mjs';
import { peakMemoryWhile } from '../measuring/peak-memory.mjs';
import { below } from '../measuring/targets.mjs';
import { upload } from '../measuring/transfer.mjs';

/** The whole process tree while several large uploads run. Once is enough: the peak is of many samples. */
export async function measureMemory({ services, sizes, streams, settle, bigFile }, results) {
  const file = bigFile();
  const found = await compare(services, 1, async (service) => {
    const imageIds = await service.createImages(streams);
    await settle();
    const peak = await peakMemoryWhile(service.pids(), () => upload(service, file, imageIds));
    await service.deleteImages(imageIds);
    return { value: peak };
  });
  const title = `peak PSS, upload ${streams} x ${sizes.bigMib} MiB`;
  results.addMetric({ id: 'pss_upload', title, unit: 'MiB', target: below(250) }, found);
}
