import { compressionsAlgorithms, compressionsAlgorithmsByBitmask, crc32c } from '@platformatic/kafka';
import type { KafkaCompression } from '../../../workloads/targets/kafka.ts';
import type { BatchCodec } from './batch-encoder.ts';

/** The client library's compression, and its checksum, which runs in WebAssembly. */
export function codecOf(compression: KafkaCompression): BatchCodec {
  const algorithm = compressionsAlgorithms[compression];
  return {
    crc32c: (bytes) => crc32c(bytes),
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
