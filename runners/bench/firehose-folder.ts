import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { openAccounts } from '../../engine/account/service/open-accounts.ts';
import { LazyFirehoses } from '../../engine/firehose/service/lazy-firehoses.ts';
import { RandomStream } from '../../workloads/random.ts';
import { type Benchmark, type BenchmarkRow, holds, rowOf } from './benchmark.ts';
import { cpuSeconds } from './cpu-time.ts';
import { firehoseSum } from './firehose-sum.ts';

const NAME = 'firehose-folder';
const RECORDS = 128_000;
const RECORD_BYTES = 1024;
const CALL_RECORDS = 500;
const REPEATS = 5;
const SEED = 7;
const STREAM = 'bench';
/** The first bytes of a record are its number. */
const NUMBER_CHARACTERS = 8;
const POLL_MS = 10;
const PATIENCE_MS = 60_000;
const MEGABYTE = 1e6;
const MEBIBYTE = 2 ** 20;
const AT_ONCE = { creating: 0, updating: 0, deleting: 0, registering: 0 } as const;
/** The parts of an access log's lines that repeat. */
const AGENTS = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.77 Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:28.0) Gecko/20100101 Firefox/28.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 7_1 like Mac OS X) AppleWebKit/537.51.2 (KHTML, like Gecko) Version/7.0 Mobile/11D167',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
] as const;
const FOLDERS = ['presentations', 'images', 'blog/tags', 'projects/xdotool', 'articles'] as const;
const PAGES = 500;

/**
 *   PutRecordBatch in process -> buffers of 5 MiB -> GZIP -> files
 *
 * Each record has a number. At the end of a round all objects are decompressed, and each number is in exactly one of them.
 */
export const firehoseFolder: Benchmark = {
  name: NAME,
  title: 'direct puts of 1 KiB records in process, delivered with GZIP to a folder',
  run: async () => {
    const calls = callsOf();
    await round(calls.slice(0, 20));
    const rounds: Round[] = [];
    for (let i = 0; i < REPEATS; i++) rounds.push(await round(calls));
    return rowsOf(rounds);
  },
};

interface Round {
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly rssRiseBytes: number;
}

/** Records of lines of an access log, in calls that are made before anything is measured. */
function callsOf(): readonly (readonly Buffer[])[] {
  const random = new RandomStream(SEED, NAME);
  const recordOf = (number: number): Buffer => {
    let text = String(number).padStart(NUMBER_CHARACTERS, '0');
    while (text.length < RECORD_BYTES) text += ` ${lineOf(number, random)}`;
    return Buffer.from(text.slice(0, RECORD_BYTES), 'latin1');
  };
  return Array.from({ length: RECORDS / CALL_RECORDS }, (_, call) =>
    Array.from({ length: CALL_RECORDS }, (_, i) => recordOf(call * CALL_RECORDS + i)),
  );
}

function lineOf(number: number, random: RandomStream): string {
  const below = (limit: number) => random.below(limit);
  const address = [83, below(256), below(256), below(256)].join('.');
  const time = new Date(Date.UTC(2015, 4, 17) + number * 7).toISOString().slice(0, 19);
  const page = `/${FOLDERS[below(FOLDERS.length)]}/page-${below(PAGES)}.html`;
  const status = below(20) === 0 ? 404 : 200;
  return `${address} - - [${time}] "GET ${page} HTTP/1.1" ${status} ${below(200_000)} "http://example.com/" "${AGENTS[below(AGENTS.length)]}"`;
}

async function round(calls: readonly (readonly Buffer[])[]): Promise<Round> {
  const folder = await mkdtemp(join(tmpdir(), 'streamgauge-bench-'));
  const accounts = await openAccounts({ limits: 'none', delaysMs: AT_ONCE });
  const firehoses = new LazyFirehoses([], {
    folder,
    quota: 'none',
    kinesisIn: () => {
      throw new Error('no delivery stream reads Kinesis');
    },
    onDefect: (error) => {
      throw error;
    },
  });
  const service = firehoses.serviceOf(accounts.home);
  try {
    await service.call('CreateDeliveryStream', {
      DeliveryStreamName: STREAM,
      ExtendedS3DestinationConfiguration: {
        RoleARN: 'arn:aws:iam::000000000000:role/firehose',
        BucketARN: 'arn:aws:s3:::bench',
        BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 1 },
        CompressionFormat: 'GZIP',
      },
    });
    const measured = await measure(calls, service.call, () =>
      firehoseSum(firehoses.metricsText, STREAM, 'DeliveryToS3.Records'),
    );
    await checkObjects(folder, calls.length * CALL_RECORDS);
    return measured;
  } finally {
    await firehoses.close();
    await accounts.close();
    await rm(folder, { recursive: true });
  }
}

async function measure(
  calls: readonly (readonly Buffer[])[],
  call: (operation: string, input: object) => object | Promise<object>,
  delivered: () => number,
): Promise<Round> {
  const rssBytes = process.memoryUsage.rss();
  let rssMaxBytes = rssBytes;
  const [cpuStart, startMs] = [cpuSeconds(), performance.now()];
  for (const records of calls) {
    await call('PutRecordBatch', { DeliveryStreamName: STREAM, Records: records.map((Data) => ({ Data })) });
    await nextTurn();
    rssMaxBytes = Math.max(rssMaxBytes, process.memoryUsage.rss());
  }
  const count = calls.length * CALL_RECORDS;
  for (const untilMs = performance.now() + PATIENCE_MS; delivered() < count; ) {
    holds(performance.now() < untilMs, `${delivered()} of ${count} records were delivered`);
    await sleep(POLL_MS);
  }
  return {
    cpuSeconds: cpuSeconds() - cpuStart,
    seconds: (performance.now() - startMs) / 1000,
    rssRiseBytes: rssMaxBytes - rssBytes,
  };
}

async function checkObjects(folder: string, count: number): Promise<void> {
  const times = new Uint8Array(count);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = gunzipSync(await readFile(join(entry.parentPath, entry.name)));
    holds(bytes.length % RECORD_BYTES === 0, `${entry.name} ends within a record`);
    for (let at = 0; at < bytes.length; at += RECORD_BYTES) {
      times[Number(bytes.toString('latin1', at, at + NUMBER_CHARACTERS))]! += 1;
    }
  }
  holds(
    times.every((once) => once === 1),
    `${times.filter((once) => once === 0).length} records were lost, others were repeated`,
  );
}

function rowsOf(rounds: readonly Round[]): BenchmarkRow[] {
  const megabytes = (RECORDS * RECORD_BYTES) / MEGABYTE;
  const perCore = rounds.map((one) => megabytes / one.cpuSeconds);
  return [
    { ...rowOf(NAME, 'MB/s', perCore), note: 'for each second of CPU time, all threads together' },
    {
      ...rowOf(
        `${NAME}-elapsed`,
        'MB/s',
        rounds.map(({ seconds }) => megabytes / seconds),
      ),
      note: 'with the wait of the last buffer, up to 1 s',
    },
    {
      ...rowOf(
        `${NAME}-memory`,
        'MiB',
        rounds.map(({ rssRiseBytes }) => rssRiseBytes / MEBIBYTE),
      ),
      note: 'rise of the RSS during the puts',
    },
  ];
}
