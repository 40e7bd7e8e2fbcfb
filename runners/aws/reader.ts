import { type Counts, faultOf } from './call-faults.ts';
import type { ReadClient, ReadRecords } from './read-client.ts';
import type { NewShard } from './shard-walk.ts';

/** Records of one response or event. */
export interface Delivery<Records = ReadRecords> {
  readonly shardIndex: number;
  readonly records: Records;
}

/** State that readers of single shards share. */
export interface ReaderContext<Records extends ReadRecords = ReadRecords> {
  readonly client: ReadClient<Records>;
  readonly counts: Counts;
  /** Aborted when the consumer leaves. */
  readonly signal: AbortSignal;
  deliver(delivery: Delivery<Records>): void;
  /** By the service's word: how far the shard's next record is from its tip, in ms. */
  setBehind(shardId: string, behindMs: number): void;
}

/** Reads one shard from a position to its end. */
export interface ShardReading {
  /** Opens the position: records put from now on will be read. Rejects if the shard cannot be read. */
  open(): Promise<void>;
  /** Reads until the shard's end or the signal. @returns the children of the shard that the service reported. */
  read(): Promise<readonly NewShard[]>;
}

/** A call that nothing can do without is made again while its error may pass; for this long. */
const PERSIST_MS = 20_000;
const PERSIST_WAIT_MS = 250;

/** Retries until the call succeeds, is rejected, or times out. Every error is counted. A resource in use is retried, too. */
export async function persist<T>(
  { counts, signal }: Pick<ReaderContext, 'counts' | 'signal'>,
  call: () => Promise<T>,
): Promise<T> {
  const untilMs = performance.now() + PERSIST_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const { code, kind } = faultOf(error);
      const mayPass = kind !== 'refused' || code === 'ResourceInUseException';
      if (signal.aborted || !mayPass || performance.now() > untilMs) throw error;
      counts.add(`errors.${code}`);
      await pause(PERSIST_WAIT_MS, signal);
    }
  }
}

/** Resolves after a time, or at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
