import { expect, onTestFinished, test } from 'vitest';
import { ACCEPTED, ERRORED, PENDING, REFUSED, RecordBatch, THROTTLED } from '../../../../engine/log/record-batch.ts';
import { textTable } from '../../../../engine/log/text-table.ts';
import { FirehoseProducerPort } from '../../../../runners/targets/firehose/firehose-producer.ts';
import { STAMP_BYTES } from '../../../../runners/targets/firehose/stamp.ts';
import type { FirehoseTargetSpec } from '../../../../workloads/targets/firehose.ts';
import { startServer } from '../../../engine/firehose/destinations/test-server.ts';
import { eventually } from '../../../engine/firehose/set-up.ts';

interface Response {
  readonly status: number;
  readonly body: object;
}

const keys = textTable(['a']);
const payloads = textTable(['x'.repeat(STAMP_BYTES)]);
const DESCRIBED = { status: 200, body: { DeliveryStreamDescription: { DeliveryStreamStatus: 'ACTIVE' } } };

/** The outcome of a put of some records to a service that responds so. */
async function outcomeOf(put: FirehoseTargetSpec['put'], count: number, responses: readonly Response[]) {
  const left = [...responses];
  const { url: endpoint, close } = await startServer(({ headers }, response) => {
    const isPut = String(headers['x-amz-target']).includes('.Put');
    const { status, body } = isPut ? left.shift()! : DESCRIBED;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  onTestFinished(close);
  const destination = { kind: 'folder', path: '/none' } as const;
  const port = new FirehoseProducerPort(
    {
      kind: 'firehose',
      connection: { endpoint, protocol: 'http1', timeoutNs: 5e9 },
      spec: { kind: 'firehose', deliveryStream: 'logs', local: false, endpoint, destination, put, timeoutNs: 5e9 },
      place: destination,
      runId: 1,
    },
    { keys, batchCapacity: count, inFlight: 1, seed: 1, source: 0 },
  );
  onTestFinished(() => port.close());
  await port.open();
  const batch = new RecordBatch(count, keys, payloads, 0);
  batch.count = count;
  batch.status.fill(PENDING);
  port.put(0, batch, 0);
  await eventually(() => (port.poll() === 0 ? true : undefined));
  return { status: [...batch.status], counts: port.counts };
}

const stored = { RecordId: '1' };
const failed = (ErrorCode: string) => ({ ErrorCode, ErrorMessage: 'no' });

test('the records of a batch that failed have outcomes of their own, by the code of their error', async () => {
  const RequestResponses = [stored, failed('ServiceUnavailableException'), failed('InternalFailure'), failed('Other')];
  const put = await outcomeOf('batch', 4, [{ status: 200, body: { FailedPutCount: 3, RequestResponses } }]);
  expect(put.status).toEqual([ACCEPTED, THROTTLED, ERRORED, REFUSED]);
  expect(put.counts).toEqual({
    calls: 1,
    'errors.ServiceUnavailableException': 1,
    'errors.InternalFailure': 1,
    'errors.Other': 1,
  });
});

test('a call that is throttled, fails for a while or is rejected decides all of its records', async () => {
  const throttled = { status: 503, body: { __type: 'ServiceUnavailableException', message: 'Slow down.' } };
  expect((await outcomeOf('batch', 2, [throttled])).status).toEqual([THROTTLED, THROTTLED]);
  const broken = { status: 500, body: { __type: 'InternalFailure' } };
  expect((await outcomeOf('batch', 2, [broken])).status).toEqual([ERRORED, ERRORED]);
  const missing = { status: 400, body: { __type: 'ResourceNotFoundException', message: 'not found' } };
  const rejected = await outcomeOf('batch', 2, [missing]);
  expect(rejected.status).toEqual([REFUSED, REFUSED]);
  expect(rejected.counts).toEqual({ calls: 1, failedCalls: 1, 'errors.ResourceNotFoundException': 2 });
});

test('records put one by one have outcomes of their own', async () => {
  const throttled = { status: 503, body: { __type: 'ServiceUnavailableException', message: 'Slow down.' } };
  const put = await outcomeOf('record', 2, [{ status: 200, body: stored }, throttled]);
  expect(put.status.toSorted()).toEqual([ACCEPTED, THROTTLED]);
  expect(put.counts.calls).toBe(2);
});

test('a response with another number of records counts as a failure, because it shows the outcome of none', async () => {
  const put = await outcomeOf('batch', 2, [{ status: 200, body: { FailedPutCount: 0, RequestResponses: [stored] } }]);
  expect(put.status).toEqual([ERRORED, ERRORED]);
  expect(put.counts['errors.ResponseOfAnotherLength']).toBe(2);
});
