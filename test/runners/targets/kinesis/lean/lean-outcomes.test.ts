import { afterEach, describe, expect, test } from 'vitest';
import { PENDING, RecordBatch } from '../../../../../engine/log/record-batch.ts';
import { textTable } from '../../../../../engine/log/text-table.ts';
import type { FaultRule } from '../../../../../engine/twin/fault-rules.ts';
import { ENVELOPE_BYTES } from '../../../../../runners/targets/envelope.ts';
import type { KinesisHandle } from '../../../../../runners/targets/kinesis/kinesis-target.ts';
import { LeanProducerPort } from '../../../../../runners/targets/kinesis/lean/lean-producer.ts';
import { SdkProducerPort } from '../../../../../runners/targets/kinesis/sdk-producer.ts';
import type { ProducerPort } from '../../../../../runners/targets/target.ts';
import type { KinesisTargetSpec } from '../../../../../workloads/targets/kinesis.ts';
import { startOwn } from '../peers.ts';

const ROWS = 8;
const keys = textTable(Array.from({ length: ROWS }, (_, i) => `key-${i}`));
const payloads = textTable(['x'.repeat(ENVELOPE_BYTES + 64), 'x'.repeat(2000)]);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function handleOf(endpoint: string, more: Partial<KinesisTargetSpec>): KinesisHandle {
  const spec: KinesisTargetSpec = {
    kind: 'kinesis',
    stream: 'orders',
    endpoint,
    client: 'lean',
    put: 'records',
    aggregate: false,
    protocol: 'http1',
    maxRecordBytes: 1024,
    timeoutNs: 20e9,
    ...more,
  };
  const { protocol, timeoutNs } = spec;
  const shard = { id: 'shardId-000000000000', index: 0, parents: [], isOpen: true };
  const range = { startingHashKey: '0', endingHashKey: String(2n ** 128n - 1n) };
  return {
    kind: 'kinesis',
    connection: { endpoint, protocol, timeoutNs },
    spec,
    runId: 7,
    shardCapacity: 16,
    shards: [{ ...shard, ...range }],
    start: { kind: 'trim-horizon' },
    consumerArns: {},
  };
}

/** Puts one batch, and returns its outcome. The row before the last is larger than the stream accepts. */
async function outcomeOf(
  open: new (...args: ConstructorParameters<typeof LeanProducerPort>) => ProducerPort,
  handle: KinesisHandle,
  whenOpen: () => unknown,
) {
  const port = new open(handle, { keys, batchCapacity: ROWS, inFlight: 1, seed: 1, source: 3 });
  await port.open!();
  whenOpen();
  const batch = new RecordBatch(ROWS, keys, payloads, 3);
  for (let row = 0; row < ROWS; row++) {
    batch.keyIndex[row] = row;
    batch.payloadIndex[row] = row === ROWS - 2 ? 1 : 0;
    batch.status[row] = PENDING;
  }
  batch.count = ROWS;
  port.put(0, batch, 5);
  await expect.poll(() => port.poll(1), { timeout: 20_000, interval: 5 }).toBe(0);
  await port.close();
  return {
    statuses: [...batch.status],
    shards: [...batch.shard].filter((_, row) => row !== ROWS - 2),
    counts: { ...port.counts },
  };
}

const RULES: readonly [string, readonly FaultRule[]][] = [
  ['no fault', []],
  ['throttled records', [{ kind: 'throttle', operation: 'PutRecords' }]],
  ['some throttled records', [{ kind: 'throttle', operation: 'PutRecords', rate: 0.5 }]],
  ['records that fail inside the service', [{ kind: 'throttle', operation: 'PutRecords', code: 'InternalFailure' }]],
  ['a throttled call', [{ kind: 'error', code: 'LimitExceededException' }]],
  ['a failure inside the service', [{ kind: 'error', code: 'InternalFailure', status: 500 }]],
  ['a service that is not available', [{ kind: 'error', code: 'ServiceUnavailable', status: 503 }]],
  ['a stream that is not there', [{ kind: 'error', code: 'ResourceNotFoundException' }]],
  ['an unknown error', [{ kind: 'error', code: 'Surprise', status: 400 }]],
  ['a dropped connection', [{ kind: 'drop-connection' }]],
  ['a lost response', [{ kind: 'lose-response' }]],
];

describe.each(['http1', 'http2'] as const)('over %s', (protocol) => {
  const bothOutcomes = async (rules: readonly FaultRule[], more: Partial<KinesisTargetSpec> = {}) => {
    const outcomes = [];
    for (const port of [SdkProducerPort, LeanProducerPort]) {
      const own = await startOwn({ seed: 11, streams: { orders: 1 } });
      closing.push(own.close);
      const handle = handleOf(own.endpoint, { protocol, ...more });
      outcomes.push(await outcomeOf(port, handle, () => own.engine.account.faults.set(rules)));
    }
    return outcomes;
  };

  test.each(RULES)('the lean client makes of %s what the SDK makes of it', async (_, rules) => {
    const [sdk, lean] = await bothOutcomes(rules);
    expect(lean).toEqual(sdk);
  });

  test.each(RULES.slice(0, 7))(
    'the lean client with put: record makes of %s what the SDK makes of it',
    async (_, rules) => {
      const [sdk, lean] = await bothOutcomes(rules, { put: 'record' });
      expect(lean).toEqual(sdk);
    },
  );

  test('the lean client makes of a response that comes too late what the SDK makes of it', async () => {
    const [sdk, lean] = await bothOutcomes([{ kind: 'latency', ms: 60_000 }], { timeoutNs: 3e9 });
    expect(lean!.counts['errors.TimeoutError']).toBe(ROWS - 1);
    expect(lean!.statuses).toEqual(sdk!.statuses);
  });
});
