import { type Benchmark, type BenchmarkRow, medianOf, rowOf } from './benchmark.ts';
import { type BenchServer, startOurs } from './peers.ts';
import { callKinesis } from './wire-call.ts';
import { openCaller } from './wire-caller.ts';
import { NumberedPuts, NumberedReads } from './wire-numbered.ts';
import { makeStream, removeStream } from './wire-stream.ts';

const ROUNDS = 3;
const CONNECTIONS = 4;
const KIB = 1024;
const MB = 1e6;
/** AWS: at most 500 records and 10 MiB in one call, keys included. */
const REQUEST_RECORDS_MAX = 500;
const REQUEST_BYTES_MAX = 10 * KIB * KIB;
const KEY_BYTES_MAX = 64;
/** Data of one round, on all connections together. */
const ROUND_BYTES = 128 * KIB * KIB;
/** The largest record that a stream can take, in KiB. */
const RECORD_KIB_MAX = 10_240;

/** Data of one record. The largest leaves room for its key in a call. */
const SIZES: readonly (readonly [name: string, bytes: number])[] = [
  ['1k', KIB],
  ['10k', 10 * KIB],
  ['1m', KIB * KIB],
  ['10m', REQUEST_BYTES_MAX - KEY_BYTES_MAX],
];

interface RoundEnd {
  readonly putBytesPerSecond: number;
  readonly getBytesPerSecond: number;
}

/**
 *   this thread -> PutRecords in CBOR on 4 connections of HTTP/1.1, one shard each -> server process -> GetRecords of the same
 *
 * Requests have as many records as a call takes. Every record is read back and checked: each once, in order.
 */
export const wireSizes: Benchmark = {
  name: 'wire-sizes',
  title: 'PutRecords and GetRecords of 1 KiB, 10 KiB, 1 MiB and 10 MiB over 4 connections of HTTP/1.1, in CBOR',
  run: async () => {
    const server = await startOurs();
    try {
      const rows: BenchmarkRow[] = [];
      for (const [name, dataBytes] of SIZES) {
        const ends: RoundEnd[] = [];
        for (let round = -1; round < ROUNDS; round++) {
          const end = await roundOf(server, `sizes-${name}-${round + 1}`, dataBytes);
          if (round >= 0) ends.push(end);
        }
        const row = (way: string, rates: readonly number[]): BenchmarkRow => ({
          ...rowOf(
            `wire-sizes-${way}-${name}`,
            'MB/s',
            rates.map((rate) => rate / MB),
          ),
          note: `${Math.round(medianOf(rates) / dataBytes)} records/s`,
        });
        rows.push(
          row(
            'put',
            ends.map(({ putBytesPerSecond }) => putBytesPerSecond),
          ),
        );
        rows.push(
          row(
            'get',
            ends.map(({ getBytesPerSecond }) => getBytesPerSecond),
          ),
        );
      }
      return rows;
    } finally {
      await server.close();
    }
  },
};

async function roundOf({ port }: BenchServer, streamName: string, dataBytes: number): Promise<RoundEnd> {
  await makeStream(port, streamName, CONNECTIONS);
  const { StreamDescriptionSummary } = await callKinesis(port, 'DescribeStreamSummary', { StreamName: streamName });
  const { StreamARN } = StreamDescriptionSummary as { readonly StreamARN: string };
  await callKinesis(port, 'UpdateMaxRecordSize', { StreamARN, MaxRecordSizeInKiB: RECORD_KIB_MAX });
  const records = Math.min(REQUEST_RECORDS_MAX, Math.floor(REQUEST_BYTES_MAX / (dataBytes + KEY_BYTES_MAX)));
  const requests = Math.ceil(ROUND_BYTES / CONNECTIONS / (records * dataBytes));
  const count = requests * records;
  const lanes = Array.from({ length: CONNECTIONS }, (_, shardIndex) => {
    const shard = { streamName, shards: CONNECTIONS, shardIndex };
    const caller = openCaller(port);
    return { shard, caller, puts: new NumberedPuts(caller, shard, { records, dataBytes }) };
  });
  const bytes = CONNECTIONS * count * dataBytes;
  const putBytesPerSecond = await rateOf(bytes, () =>
    Promise.all(
      lanes.map(async ({ puts }) => {
        for (let i = 0; i < requests; i++) await puts.put();
      }),
    ),
  );
  const getBytesPerSecond = await rateOf(bytes, () =>
    Promise.all(
      lanes.map(async ({ shard, caller }) => {
        const reads = await NumberedReads.open(caller, port, shard, { count, dataBytes });
        do await reads.read();
        while (!reads.isAtStart);
      }),
    ),
  );
  for (const { caller } of lanes) caller.close();
  await removeStream(port, streamName);
  return { putBytesPerSecond, getBytesPerSecond };
}

async function rateOf(bytes: number, work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (bytes * 1e3) / (performance.now() - startMs);
}
