import type { Kinesis } from '@aws-sdk/client-kinesis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import { openClient } from '../../../../runners/aws/client.ts';
import { StreamLife } from '../../../../runners/targets/kinesis/stream-life.ts';
import type { KinesisTargetSpec } from '../../../../workloads/targets/kinesis.ts';
import { startOwn } from './peers.ts';

const MINUTE_MS = 60_000;
const DELAYS = { creating: MINUTE_MS, updating: 2 * MINUTE_MS, deleting: MINUTE_MS, registering: MINUTE_MS };

let own: Awaited<ReturnType<typeof startOwn>>;
let client: Kinesis;
let life: StreamLife;

beforeEach(async () => {
  own = await startOwn({ clock: new VirtualClock(), limits: 'none', delaysMs: DELAYS });
  const connection = { endpoint: own.endpoint, protocol: 'http2', timeoutNs: 5e9 } as const;
  client = await openClient(connection, { sockets: 1, for: 'calls' });
  const spec: KinesisTargetSpec = {
    kind: 'kinesis',
    stream: 'orders',
    endpoint: own.endpoint,
    create: { mode: 'provisioned', shards: 1 },
    client: 'sdk',
    put: 'records',
    aggregate: false,
    protocol: 'http2',
    maxRecordBytes: 2 ** 20,
    timeoutNs: 5e9,
  };
  // Waits turn the engine's clock, so minutes pass at once.
  life = new StreamLife(client, spec, undefined, async (ms) => own.engine.advance(ms));
});
afterEach(async () => {
  client.destroy();
  await own.close();
});

const statusNow = () => own.engine.account.findStream('orders')?.state.status;

test('a stream that is resharded at the end of a run is deleted afterwards', async () => {
  await life.create();
  await life.awaitActive();
  await own.engine.reshard('orders', 2);
  expect(statusNow()).toBe('UPDATING');
  expect(await life.end()).toEqual([]);
  expect(statusNow()).toBe('DELETING');
});

test('a stream that stays in use is reported at the end', async () => {
  await life.create();
  await life.awaitActive();
  own.engine.account.faults.set([{ kind: 'error', operation: 'DeleteStream', code: 'ResourceInUseException' }]);
  expect(await life.end()).toMatchObject([{ name: 'ResourceInUseException' }]);
});

test('a stream whose creation got no response is reported, and not deleted', async () => {
  own.engine.account.faults.set([{ kind: 'lose-response', operation: 'CreateStream' }]);
  await expect(life.create()).rejects.toThrow(
    /^RUNNER_TARGET_FAILED ConnectionLost: the response to CreateStream was lost, and a stream of that name exists .*Delete it/,
  );
  expect(await life.end()).toEqual([]);
  expect(statusNow()).toBe('CREATING');
});

test('a stream that was not created is not reported', async () => {
  own.engine.account.faults.set([{ kind: 'drop-connection', operation: 'CreateStream' }]);
  await expect(life.create()).rejects.toThrow('http2 request did not get a response');
});
