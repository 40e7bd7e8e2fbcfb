/** Families of error codes, and the value of !{firehose:error-output-type} for each. */
const TYPES: readonly (readonly [prefix: string, type: string])[] = [
  ['DynamicPartitioning.ActivePartition', 'activePartitionExceeded'],
  ['DynamicPartitioning.', 'metadata-extraction-failed'],
  ['Decompression failed.', 'decompression-failed'],
  ['DataFormatConversion.', 'format-conversion-failed'],
  ['Lambda.', 'processing-failed'],
  ['OS.', 'AmazonOpenSearchService-failed'],
  ['ES.', 'AmazonOpenSearchService-failed'],
  ['Splunk.', 'splunk-failed'],
  ['HttpEndpoint.', 'http-endpoint-failed'],
];

/** A status of HTTP by itself is the error code of a document that OpenSearch did not accept. */
const STATUS = /^\d{3}$/;

/** Where a failed record is written. Codes of no known family count as failures of processing. */
export function errorOutputTypeOf(errorCode: string): string {
  if (STATUS.test(errorCode)) return 'AmazonOpenSearchService-failed';
  return TYPES.find(([prefix]) => errorCode.startsWith(prefix))?.[1] ?? 'processing-failed';
}
