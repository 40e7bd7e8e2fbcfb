import type { Clock } from '../../account/clock.ts';
import type { DeliveryRecord } from '../delivery/delivery-record.ts';
import type { DeliveryBatch, DeliveryOutcome, Destination } from '../delivery/destination.ts';
import type { FailedDocument } from '../objects/failed-records.ts';
import { recordPlace } from '../objects/record-place.ts';
import { HttpClient, type HttpFailure } from './http-client.ts';
import { type BulkDocument, type BulkItem, bulkBodyOf, bulkItemsOf, sourceOf } from './opensearch-bulk.ts';
import { type IndexRotation, indexNameOf } from './opensearch-index.ts';
import { excerptOf, secretsOfUrl } from './secrets.ts';

export interface OpenSearchOptions {
  /** May have a user and a password. */
  readonly clusterEndpoint: string;
  readonly indexName: string;
  readonly rotation: IndexRotation;
  /** Empty for Elasticsearch from version 7 on and for OpenSearch, which know no types. */
  readonly typeName: string;
  readonly documentIds: 'FIREHOSE_DEFAULT' | 'NO_DOCUMENT_ID';
}

type Rejected = Extract<DeliveryOutcome, { kind: 'rejected' }>['rejected'];
type BulkError = NonNullable<Extract<DeliveryOutcome, { kind: 'rejected' }>['remainingError']>;

const HEADERS = { 'Content-Type': 'application/x-ndjson', Accept: 'application/json' } as const;

/** The service documents none; this is the one of HTTP endpoints. */
const TIMEOUT_MS = 3 * 60_000;
const RESPONSE_BYTES_MIN = 64 * 1024;
const RESPONSE_BYTES_PER_DOCUMENT = 4096;
const RESPONSE_BYTES_MAX = 64 * 1024 * 1024;

const BAD_REQUEST = 400;
const TOO_MANY_REQUESTS = 429;

/** Indexes records as documents of OpenSearch, or of Elasticsearch, which has the same bulk API. */
export class OpenSearchDestination implements Destination {
  readonly #options: OpenSearchOptions;
  readonly #url: URL;
  readonly #secrets: readonly string[];
  readonly #client: HttpClient;

  constructor(options: OpenSearchOptions, clock: Clock) {
    this.#options = options;
    this.#url = new URL(options.clusterEndpoint);
    this.#url.pathname = `${this.#url.pathname.replace(/\/+$/, '')}/_bulk`;
    this.#secrets = secretsOfUrl(this.#url);
    this.#client = new HttpClient(clock, Number.POSITIVE_INFINITY);
  }

  async deliver({ records }: DeliveryBatch, signal: AbortSignal): Promise<DeliveryOutcome> {
    const documents: BulkDocument[] = [];
    const rejected: Rejected[number][] = [];
    for (const record of records) {
      const source = sourceOf(record);
      if (typeof source === 'string') rejected.push({ record, errorCode: String(BAD_REQUEST), errorMessage: source });
      else documents.push(this.#documentOf(record, source));
    }
    if (documents.length === 0) return outcomeOf(rejected, []);
    const response = await this.#client.post(
      {
        url: this.#url,
        headers: HEADERS,
        body: bulkBodyOf(documents),
        timeoutMs: TIMEOUT_MS,
        responseBytesMax: Math.min(
          RESPONSE_BYTES_MIN + documents.length * RESPONSE_BYTES_PER_DOCUMENT,
          RESPONSE_BYTES_MAX,
        ),
      },
      signal,
    );
    const all = documents.map(({ record }) => record);
    if (response.kind === 'failure') return outcomeOf(rejected, all, errorOfFailure(response));
    const { status, body } = response;
    const items = status === 200 ? bulkItemsOf(body, documents.length) : undefined;
    if (items === undefined)
      return outcomeOf(rejected, all, {
        errorCode: status === 200 ? 'OS.InvalidResponse' : String(status),
        errorMessage: excerptOf(body, this.#secrets),
      });
    return this.#judge(documents, items, rejected);
  }

  /** The intended document of a record, for the object of failed records. */
  documentOf(record: DeliveryRecord): FailedDocument {
    const { index, id = '' } = this.#documentOf(record, record.data);
    return { id, indexName: index };
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  #documentOf(record: DeliveryRecord, source: Uint8Array): BulkDocument {
    const { indexName, rotation, typeName, documentIds } = this.#options;
    return {
      record,
      source,
      index: indexNameOf(indexName, rotation, record.arrivedAtMs),
      id: documentIds === 'FIREHOSE_DEFAULT' ? recordPlace(record) : undefined,
      type: typeName === '' ? undefined : typeName,
    };
  }

  #judge(documents: readonly BulkDocument[], items: readonly BulkItem[], rejected: Rejected): DeliveryOutcome {
    const newlyRejected: Rejected[number][] = [];
    const remaining: DeliveryRecord[] = [];
    let remainingError: BulkError | undefined;
    for (const [index, { status, error }] of items.entries()) {
      if (status < 300) continue;
      const { record } = documents[index]!;
      const bulkError = { errorCode: String(status), errorMessage: excerptOf(Buffer.from(error), this.#secrets) };
      if (status === TOO_MANY_REQUESTS || status >= 500) {
        remaining.push(record);
        remainingError ??= bulkError;
      } else newlyRejected.push({ record, ...bulkError });
    }
    return outcomeOf([...rejected, ...newlyRejected], remaining, remainingError);
  }
}

function outcomeOf(
  rejected: Rejected,
  remaining: readonly DeliveryRecord[],
  remainingError?: BulkError,
): DeliveryOutcome {
  if (rejected.length > 0)
    return { kind: 'rejected', rejected, remaining, ...(remainingError === undefined ? {} : { remainingError }) };
  if (remainingError === undefined) return { kind: 'delivered' };
  return { kind: 'retry', ...remainingError, remaining };
}

/** The guide names only responses, by their status. These names are those of HTTP endpoints. */
function errorOfFailure({ failure, detail }: HttpFailure): BulkError {
  const suffix = detail === '' ? '' : ` (${detail})`;
  const error = (errorCode: string, text: string): BulkError => ({ errorCode, errorMessage: `${text}${suffix}` });
  switch (failure) {
    case 'connection-failed':
    case 'connection-timed-out':
      return error('OS.ConnectionFailed', 'Unable to connect to the cluster.');
    case 'tls-failed':
    case 'tls-other-host':
      return error('OS.SSLHandshakeFailure', 'Unable to complete an SSL handshake with the cluster.');
    case 'connection-reset':
    case 'aborted':
      return error('OS.ConnectionReset', 'The connection to the cluster ended before a response was received.');
    case 'timed-out':
      return error('OS.RequestTimeout', 'The bulk request timed out before a response was received.');
    case 'response-too-large':
      return error('OS.ResponseTooLarge', 'The response of the cluster is too large.');
    case 'response-malformed':
      return error('OS.InvalidResponse', 'The response of the cluster is not HTTP.');
  }
}
