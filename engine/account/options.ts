import type { Latency } from '../twin/latency.ts';
import type { ShardLimits } from '../twin/limits.ts';
import { type Clock, REAL_CLOCK } from './clock.ts';
import type { StoreDefect } from './store-defect.ts';

/** Acknowledged records that a crash may lose: those in memory, those of the last interval, none. */
export type Durability = 'none' | 'interval' | 'every-put';

export interface AccountOptions {
  readonly clock: Clock;
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
  /** Memory of one stream, the process that serves it included: `recordMemoryBytes` of it are shared out over its open shards. */
  readonly memoryBytes: number;
  /** Folder that survives restarts; a temporary one, deleted at the end, when undefined. */
  readonly dataDir: string | undefined;
  readonly durability: Durability;
  readonly limits: 'aws' | 'none' | ShardLimits;
  readonly latency: Latency;
  readonly seed: number;
  /** Time that streams and consumers stay CREATING, UPDATING and DELETING. AWS takes some seconds to tens of seconds. */
  readonly delaysMs: StateDelays;
  /** Most open shards of the account in provisioned mode. AWS: 20,000 in the largest regions, 1,000 or 6,000 in others. */
  readonly shardLimit: number;
  /** Most on-demand streams of the account, with `limits` of AWS. */
  readonly onDemandStreamLimit: number;
  /** Called with each defect of the files on disk. */
  readonly onDefect: (defect: StoreDefect) => void;
}

interface StateDelays {
  readonly creating: number;
  readonly updating: number;
  readonly deleting: number;
  readonly registering: number;
}

/**
 * Memory of the process of one stream besides records: Node about 65 MiB, the rest for requests and responses, pages of files,
 * and garbage.
 */
export const PROCESS_BYTES = 144 * 1024 * 1024;

/** Share of a stream's memory for its newest records: the rest after the process, and at least three eighths. */
export const recordMemoryBytes = (memoryBytes: number): number =>
  Math.max(memoryBytes - PROCESS_BYTES, (memoryBytes * 3) / 8);

export const DEFAULT_ACCOUNT: AccountOptions = {
  clock: REAL_CLOCK,
  accountId: '000000000000',
  region: 'us-east-1',
  memoryBytes: 256 * 1024 * 1024,
  dataDir: undefined,
  durability: 'none',
  limits: 'aws',
  latency: 'none',
  seed: 0,
  delaysMs: { creating: 500, updating: 500, deleting: 500, registering: 500 },
  shardLimit: 20_000,
  onDemandStreamLimit: 50,
  onDefect: ({ code, message }) => process.emitWarning(message, { code: `STREAMGAUGE_${code}` }),
};
