import { workerUrl } from '../../../worker-url.ts';
import type { ObjectFormat } from '../../objects/object-format.ts';
import { buffersOf, type PackedBytes, pack } from '../packed-bytes.ts';
import { TaskThread } from '../task-thread.ts';
import type { ConversionSettings } from './conversion-settings.ts';
import type { ConvertedRecords } from './convert-records.ts';

/**
 * Objects that are Parquet files, made of records of JSON in a thread of its own. The service labels a file whose pages are
 * Snappy with the content encoding hadoop-snappy, although the file as a whole is not compressed.
 */
export function parquetFormat(settings: ConversionSettings): ObjectFormat {
  const thread = new TaskThread<PackedBytes, ConvertedRecords>(
    workerUrl('./conversion-worker', import.meta.url),
    settings,
  );
  return {
    ending: '.parquet',
    contentEncoding: settings.parquet.codec === 'SNAPPY' ? 'hadoop-snappy' : undefined,
    async bodyOf({ records }) {
      const packed = pack(records.map(({ data }) => data));
      const { pieces, failures } = await thread.run(packed, buffersOf(packed));
      const failed = failures.map(({ recordIndex, ...reason }) => ({ record: records[recordIndex]!, ...reason }));
      return { pieces, failed };
    },
    close: () => thread.stop('The delivery stream was closed.'),
  };
}
