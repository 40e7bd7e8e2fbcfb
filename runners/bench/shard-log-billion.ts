/**
 * A billion records through one shard: two producer threads, one consumer thread that checks each record's number and
 * content.
 *
 *   node runners/bench/shard-log-billion.ts [RECORDS]
 *
 * Prints throughput and defects; exits with 1 when a record was lost, repeated, reordered or changed, with 2 on a count
 * that is none.
 */

import { ShardLogThreads } from './shard-log-threads.ts';

const PAYLOAD_BYTES = 100;
const BATCH_RECORDS = 500;
const ROUNDS = 10;
const RECORDS_DEFAULT = 1e9;

async function main(text: string | undefined): Promise<number> {
  const wanted = text === undefined ? RECORDS_DEFAULT : Number(text);
  if (!Number.isSafeInteger(wanted) || wanted < 1) {
    process.stderr.write(`RECORDS=${text} is not a whole number of 1 or more\n`);
    return 2;
  }
  const threads = await ShardLogThreads.start({
    producers: 2,
    payloadBytes: PAYLOAD_BYTES,
    batchRecords: BATCH_RECORDS,
  });
  const format = (count: number) => Math.round(count).toLocaleString('en-US');
  let records = 0;
  let seconds = 0;
  let defects = 0;
  while (records < wanted) {
    const round = await threads.round(Math.min(wanted / ROUNDS, wanted - records));
    records += round.records;
    seconds += round.records / round.recordsPerSecond;
    defects += round.defects;
    process.stdout.write(`${format(records)} records, ${format(round.recordsPerSecond)}/s, ${defects} defects\n`);
  }
  await threads.close();
  process.stdout.write(
    `all: ${format(records)} records in ${seconds.toFixed(1)} s, ${format(records / seconds)}/s, ${defects} defects\n`,
  );
  return defects > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv[2]);
