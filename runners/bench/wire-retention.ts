import { fork } from 'node:child_process';
import { once } from 'node:events';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { PROCESS_BYTES, recordMemoryBytes } from '../../engine/account/options.ts';
import { workerUrl } from '../../engine/worker-url.ts';
import { type Benchmark, type BenchmarkRow, holds, rowOf } from './benchmark.ts';
import type { RetentionEnd, RetentionPlan } from './wire-retention-process.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** An hour of 20,000 records/s, the part of 20 shards. */
const HOUR: RetentionPlan = { records: 72_000_000, recordsPerSecond: 20_000, shards: 20, memoryBytes: 256 * MIB };
/** Frames of 100 B and a short key are 144 to 152 bytes. */
const DISK_BYTES_PER_RECORD = 160;

/**
 *   PutRecords in process, an hour of virtual time -> 256 MiB of memory -> disk;   23 hours later -> GetRecords
 *
 * Every record is read back a minute before the first one's retention is over, and its bytes are compared. The whole process
 * must stay within the memory of its one stream.
 */
export const wireRetention: Benchmark = {
  name: 'wire-retention',
  title: 'an hour of 20,000 records/s of virtual time with 24 h retention: all of it read back',
  onlyByName: true,
  run: async () => {
    const { bavail, bsize } = await statfs(tmpdir());
    if (bavail * bsize < HOUR.records * DISK_BYTES_PER_RECORD) return [tooFull()];
    const end = await retentionOf(HOUR);
    checkRetention(HOUR, end);
    const note = 'one run';
    return [
      { ...rowOf('wire-retention', 'records/s', [end.putsPerSecond]), note },
      { ...rowOf('wire-retention-read', 'records/s', [end.readsPerSecond]), note },
      { ...rowOf('wire-retention-rss', 'MiB at most', [end.putRssPeakBytes / MIB]), note },
      { ...rowOf('wire-retention-read-rss', 'MiB at most', [end.rssPeakBytes / MIB]), note },
      { ...rowOf('wire-retention-disk', 'GiB', [end.archivedBytes / GIB]), note },
    ];
  },
};

/** In a process of its own, whose memory is the engine's. @internal */
export async function retentionOf(plan: RetentionPlan): Promise<RetentionEnd> {
  const child = fork(workerUrl('./wire-retention-process', import.meta.url), {
    execArgv: [],
    serialization: 'advanced',
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the process of the engine ended with code ${code} before its time`);
  });
  const responded = once(child, 'message');
  child.send(plan);
  try {
    const [end] = (await Promise.race([responded, ended])) as [RetentionEnd];
    return end;
  } finally {
    ended.catch(() => {});
  }
}

/** @throws WrongResult when anything was lost, changed, kept in too much memory, or kept too long. @internal */
export function checkRetention({ records, memoryBytes }: RetentionPlan, end: RetentionEnd): void {
  holds(end.throttled === 0, `${end.throttled} records were throttled`);
  const summary = `${end.read} of ${records} records were read back`;
  holds(end.read === records && end.defects === 0, `${summary}, ${end.defects} of them wrong`);
  const rssMiB = Math.round(end.rssPeakBytes / MIB);
  const limitBytes = recordMemoryBytes(memoryBytes) + PROCESS_BYTES;
  holds(end.rssPeakBytes <= limitBytes, `the process had ${rssMiB} MiB, over ${limitBytes / MIB} MiB`);
  holds(end.readAfterwards === 0, `${end.readAfterwards} records were read after their retention`);
}

const tooFull = (): BenchmarkRow => ({
  ...rowOf('wire-retention', 'records/s', [Number.NaN]),
  note: `${tmpdir()} has less room than the ${Math.ceil((HOUR.records * DISK_BYTES_PER_RECORD) / GIB)} GiB it takes`,
});
