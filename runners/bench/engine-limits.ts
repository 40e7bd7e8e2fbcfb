import { VirtualClock } from '../../engine/account/clock.ts';
import { Engine } from '../../engine/engine.ts';
import { type Benchmark, holds, medianOf, rowOf } from './benchmark.ts';
import { recordsOf } from './wire-request.ts';

const ROUNDS = 7;
const SHARDS = 4;
const BATCH_RECORDS = 500;
const BATCHES = 32;
const ROUND_RECORDS = 1_000_000;
/**
 * Virtual time from batch to batch. A shard gets about 125 records of a batch, and more than 200 never with these keys: below
 * its 1,000 a second.
 */
const BATCH_MS = 200;

/** The same records as a stream in this process takes them, with AWS's write limits kept and never met, and with none. */
export const engineLimits: Benchmark = {
  name: 'engine-limits',
  title: "PutRecords in process under AWS's limits that are never met, in turn with none",
  run: async () => {
    const batches = recordsOf({
      operation: 'PutRecords',
      streamName: '',
      requests: BATCHES,
      records: BATCH_RECORDS,
      dataBytes: 100,
      seed: 7,
    }).map((records) =>
      records.map(({ PartitionKey, Data }) => ({ PartitionKey, Data: new Uint8Array(Buffer.from(Data, 'base64')) })),
    );
    const limited: number[] = [];
    const free: number[] = [];
    await measure('aws', batches);
    await measure('none', batches);
    for (let round = 0; round < ROUNDS; round++) {
      limited.push(await measure('aws', batches));
      free.push(await measure('none', batches));
    }
    return [
      rowOf('engine-limits', 'records/s', limited, medianOf(limited) / medianOf(free)),
      rowOf('engine-limits-none', 'records/s', free),
    ];
  },
};

type Batch = readonly { readonly PartitionKey: string; readonly Data: Uint8Array }[];

async function measure(limits: 'aws' | 'none', batches: readonly Batch[]): Promise<number> {
  const clock = new VirtualClock();
  const engine = await Engine.open({ clock, limits, streams: { orders: SHARDS } });
  try {
    let throttled = 0;
    const startMs = performance.now();
    for (let sent = 0, i = 0; sent < ROUND_RECORDS; sent += BATCH_RECORDS, i++) {
      const output = await engine.service.call('PutRecords', { StreamName: 'orders', Records: batches[i % BATCHES] });
      throttled += (output as { readonly FailedRecordCount: number }).FailedRecordCount;
      clock.advance(BATCH_MS);
    }
    const seconds = (performance.now() - startMs) / 1e3;
    holds(throttled === 0, `${throttled} records were throttled with limits ${limits}`);
    const { sum } = engine.account.stream({ StreamName: 'orders' }).metrics.statistic('IncomingRecords');
    holds(sum === ROUND_RECORDS, `${sum} records arrived, not ${ROUND_RECORDS}`);
    return ROUND_RECORDS / seconds;
  } finally {
    await engine.close();
  }
}
