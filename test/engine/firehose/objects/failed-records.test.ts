import { expect, test } from 'vitest';
import type { DeliveryRecord, FailedRecord } from '../../../../engine/firehose/delivery/delivery-record.ts';
import { errorOutputTypeOf } from '../../../../engine/firehose/objects/error-output-type.ts';
import { type FailureDetails, failedRecordsObject } from '../../../../engine/firehose/objects/failed-records.ts';

const RECORD: DeliveryRecord = {
  recordId: '4957719392811414733960077847108249',
  data: Buffer.from('processed'),
  original: Buffer.from('put'),
  arrivedAtMs: 1_594_265_943_615.75,
};
const SOURCE = {
  shardId: 'shardId-000000000000',
  partitionKey: 'a',
  sequenceNumber: '4960735736',
  subSequenceNumber: 7,
};

function failure(record: DeliveryRecord, errorCode: string): FailedRecord {
  return { record, errorCode, errorMessage: 'It "failed".', attemptsMade: 4, attemptEndedAtMs: 1_594_266_081_318.2 };
}

function linesOf(failed: readonly FailedRecord[], details: FailureDetails): string[] {
  const text = Buffer.concat(failedRecordsObject(failed, details)).toString();
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

test('writes one JSON object a line with the data that were put', () => {
  const lines = linesOf([failure(RECORD, 'Lambda.FunctionError'), failure(RECORD, 'Lambda.FunctionError')], {
    kind: 'none',
  });
  expect(lines).toHaveLength(2);
  expect(lines[0]).toBe(
    '{"attemptsMade":4,"arrivalTimestamp":1594265943615,"errorCode":"Lambda.FunctionError",' +
      '"errorMessage":"It \\"failed\\".","attemptEndingTimestamp":1594266081318,"rawData":"cHV0"}',
  );
});

test.each<[FailureDetails, object]>([
  [
    { kind: 'lambda', lambdaArn: 'arn:aws:lambda:us-east-1:1:function:f' },
    { lambdaARN: 'arn:aws:lambda:us-east-1:1:function:f' },
  ],
  [{ kind: 'splunk' }, { EventId: '4960735736.7' }],
  [{ kind: 'http-endpoint' }, { subsequenceNumber: 7, dataId: '4960735736.7' }],
  [
    { kind: 'opensearch', isServerless: false, documentOf: () => ({ id: 'd', indexName: 'i' }) },
    { esDocumentId: 'd', esIndexName: 'i', esTypeName: '' },
  ],
  [
    { kind: 'opensearch', isServerless: true, documentOf: () => ({ id: 'd', indexName: 'i' }) },
    { osDocumentId: 'd', osIndexName: 'i' },
  ],
])('adds the members of a failure of the kind %j', (details, members) => {
  const [line = ''] = linesOf([failure({ ...RECORD, source: SOURCE }, 'X')], details);
  expect(JSON.parse(line)).toEqual({
    attemptsMade: 4,
    arrivalTimestamp: 1_594_265_943_615,
    errorCode: 'X',
    errorMessage: 'It "failed".',
    attemptEndingTimestamp: 1_594_266_081_318,
    rawData: 'cHV0',
    ...members,
  });
});

test('writes failures of the conversion with their own names of the error, and the table', () => {
  const dataCatalogTable = {
    catalogId: '1',
    databaseName: 'd',
    tableName: 't',
    region: 'eu-west-1',
    versionId: 'LATEST',
  };
  const [line = ''] = linesOf([failure(RECORD, 'DataFormatConversion.ParseError')], {
    kind: 'conversion',
    dataCatalogTable,
  });
  expect(JSON.parse(line)).toEqual({
    attemptsMade: 4,
    arrivalTimestamp: 1_594_265_943_615,
    ErrorCode: 'DataFormatConversion.ParseError',
    ErrorMessage: 'It "failed".',
    attemptEndingTimestamp: 1_594_266_081_318,
    rawData: 'cHV0',
    sequenceNumber: RECORD.recordId,
    subSequenceNumber: 0,
    dataCatalogTable,
  });
});

test.each([
  ['Lambda.MissingRecordId', 'processing-failed'],
  ['DataFormatConversion.ParseError', 'format-conversion-failed'],
  ['DynamicPartitioning.MetadataExtractionFailed', 'metadata-extraction-failed'],
  ['DynamicPartitioning.ActivePartitionExceeded', 'activePartitionExceeded'],
  ['Decompression failed.', 'decompression-failed'],
  ['HttpEndpoint.RequestTimeout', 'http-endpoint-failed'],
  ['Splunk.AckTimeout', 'splunk-failed'],
  ['OS.DocumentRejected', 'AmazonOpenSearchService-failed'],
  ['Unknown', 'processing-failed'],
])('writes failures with the code %s to %s', (code, type) => {
  expect(errorOutputTypeOf(code)).toBe(type);
});
