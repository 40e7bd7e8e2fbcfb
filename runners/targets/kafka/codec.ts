import { compressionsAlgorithms, compressionsAlgorithmsByBitmask, crc32c, Writer } from '@platformatic/kafka';
import type { KafkaCompression } from '../../../workloads/targets/kafka.ts';
import type { BatchCodec } from './batch-encoder.ts';

/** The client library's compression and checksum. */
export function codecOf(compression: KafkaCompression): BatchCodec {
  const algorithm = compressionsAlgorithms[compression];
  return {
    // A plain buffer would be copied first.
    crc32c: (bytes) => crc32c(Writer.create().append(bytes).dynamicBuffer),
    compress: (bytes) => algorithm.compressSync(bytes),
    compressionBits: algorithm.bitmask,
  };
}

/** @throws Error for a compression that Kafka does not have. */
export function decompress(bytes: Buffer, compressionBits: number): Buffer {
  const algorithm = compressionsAlgorithmsByBitmask[compressionBits];
  if (algorithm === undefined) throw new Error(`record batch with unknown compression ${compressionBits}`);
  return algorithm.decompressSync(bytes);
}
