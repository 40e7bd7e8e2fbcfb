import { base64Of } from '../../base64.ts';
import type { DeliveryRecord, FailedRecord } from '../delivery/delivery-record.ts';
import { placeOf, recordPlace } from './record-place.ts';

/** Members that only some failures have. Source: guide, pages of each kind of failure. */
export type FailureDetails =
  | { readonly kind: 'none' }
  | { readonly kind: 'lambda'; readonly lambdaArn: string }
  | { readonly kind: 'conversion'; readonly dataCatalogTable: DataCatalogTable }
  | { readonly kind: 'opensearch'; readonly isServerless: boolean; documentOf(record: DeliveryRecord): FailedDocument }
  | { readonly kind: 'splunk' }
  | { readonly kind: 'http-endpoint' };

export interface DataCatalogTable {
  readonly catalogId: string;
  readonly databaseName: string;
  readonly tableName: string;
  readonly region: string;
  readonly versionId: string;
}

export interface FailedDocument {
  readonly id: string;
  readonly indexName: string;
}

/** An object of failed records: one JSON object a line. Their data are those that were put, before any processing. */
export function failedRecordsObject(failed: readonly FailedRecord[], details: FailureDetails): readonly Uint8Array[] {
  return failed.map((failure) => Buffer.from(`${JSON.stringify(lineOf(failure, details))}\n`));
}

function lineOf(failure: FailedRecord, details: FailureDetails): object {
  const { record, errorCode, errorMessage } = failure;
  const begin = { attemptsMade: failure.attemptsMade, arrivalTimestamp: Math.floor(record.arrivedAtMs) };
  const end = {
    attemptEndingTimestamp: Math.floor(failure.attemptEndedAtMs),
    rawData: base64Of(record.original),
  };
  if (details.kind === 'conversion') {
    const { sequenceNumber, subSequenceNumber } = placeOf(record);
    const error = { ErrorCode: errorCode, ErrorMessage: errorMessage };
    return {
      ...begin,
      ...error,
      ...end,
      sequenceNumber,
      subSequenceNumber,
      dataCatalogTable: details.dataCatalogTable,
    };
  }
  return { ...begin, errorCode, errorMessage, ...end, ...membersOf(record, details) };
}

function membersOf(record: DeliveryRecord, details: Exclude<FailureDetails, { readonly kind: 'conversion' }>): object {
  switch (details.kind) {
    case 'none':
      return {};
    case 'lambda':
      // Objects of the live service have this spelling, the guide has lambdaArn.
      return { lambdaARN: details.lambdaArn };
    case 'opensearch': {
      const { id, indexName } = details.documentOf(record);
      if (details.isServerless) return { osDocumentId: id, osIndexName: indexName };
      // Types are gone from the service, and their member is still there.
      return { esDocumentId: id, esIndexName: indexName, esTypeName: '' };
    }
    case 'splunk':
      return { EventId: recordPlace(record) };
    case 'http-endpoint':
      return { subsequenceNumber: placeOf(record).subSequenceNumber, dataId: recordPlace(record) };
  }
}
