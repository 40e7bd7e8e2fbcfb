import type { SubscribeToShardEvent, SubscribeToShardInput } from '@aws-sdk/client-kinesis';
import type { PackedRecords } from '../../account/records/packed-records.ts';
import type { CallScope } from '../../account/service/accounts.ts';
import type { PutOperation } from '../../account/service/column-service.ts';
import type { CertificateWithKey } from '../certificate.ts';
import type { ServerOptions, WireLimits } from '../options.ts';

/** AWS services whose operations a connection thread passes on. */
export type Api = 'kinesis' | 'firehose';

/**
 * From a connection thread to the engine's. `id` is the thread's own number of the call; a subscription keeps that of the call that
 * opened it.
 */
export type Request =
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly api: Api;
      readonly scope: CallScope | undefined;
      readonly operation: string;
      readonly input: object;
    }
  /** A put by columns: `packed` is a copy of them. */
  | {
      readonly kind: 'put';
      readonly id: number;
      readonly scope: CallScope | undefined;
      readonly operation: PutOperation;
      readonly streamName: string;
      readonly streamArn: string;
      readonly packed: Uint8Array<ArrayBuffer>;
    }
  | {
      readonly kind: 'read';
      readonly id: number;
      readonly scope: CallScope | undefined;
      readonly input: object;
    }
  | {
      readonly kind: 'subscribe';
      readonly id: number;
      readonly scope: CallScope | undefined;
      readonly input: SubscribeToShardInput;
    }
  /** The client's socket has taken events of a subscription. */
  | { readonly kind: 'taken'; readonly id: number; readonly bytes: number }
  /** The client of a subscription has disconnected. */
  | { readonly kind: 'leave'; readonly id: number }
  | { readonly kind: 'control'; readonly id: number; readonly name: string; readonly body: unknown }
  | { readonly kind: 'metrics'; readonly id: number }
  | { readonly kind: 'health'; readonly id: number }
  /** The thread has closed its connections. Nothing follows. */
  | { readonly kind: 'closed'; readonly id: number }
  | { readonly kind: 'defect'; readonly id: number; readonly error: unknown; readonly operation: string };

/**
 * From the engine's thread to a connection thread. `bytes` of an output count as taken by bodies until the connection thread has it,
 * and `bytes` of an event as in flight until the client's socket has taken it.
 */
export type Reply =
  | { readonly kind: 'output'; readonly id: number; readonly output: unknown; readonly bytes: number }
  | {
      readonly kind: 'error';
      readonly id: number;
      readonly code: string;
      readonly message: string;
      readonly status: number;
    }
  /** The outcome of a put by columns; without columns, the call must come again with its input as an object. */
  | {
      readonly kind: 'outcome';
      readonly id: number;
      readonly count: number;
      readonly accepted: number;
      readonly isEncrypted: boolean;
      readonly streamName: string;
      readonly accountId: string;
      readonly columns: ArrayBuffer | undefined;
    }
  /** The output of GetRecords: its records, if there are any, and its other members. */
  | {
      readonly kind: 'records';
      readonly id: number;
      readonly records: PackedRecords | undefined;
      readonly others: object;
    }
  /** A fault rule drops the connection of the call. */
  | { readonly kind: 'drop'; readonly id: number }
  | { readonly kind: 'event'; readonly id: number; readonly event: SubscribeToShardEvent; readonly bytes: number }
  | { readonly kind: 'end'; readonly id: number };

/** Options that are plain data, and so reach a thread. */
export type PlainOptions = Pick<
  ServerOptions,
  'host' | 'port' | 'credentials' | 'cors' | 'collectsGarbage' | keyof WireLimits
>;

/** Start of a connection thread: all that it needs, as plain data. */
export interface ThreadData {
  readonly options: PlainOptions;
  readonly certificate: CertificateWithKey | undefined;
  readonly counts: SharedArrayBuffer;
  readonly operations: ReadonlySet<string>;
  /** True if the engine takes puts by columns. */
  readonly hasColumns: boolean;
  /** Undefined if the server has no Firehose. */
  readonly firehoseOperations: ReadonlySet<string> | undefined;
  readonly controlNames: readonly string[];
}

/** From a connection thread once it has started. */
export type ThreadStart =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'failed'; readonly code: string | undefined; readonly message: string };

/** To a connection thread: it closes, and again with another grace period. */
export interface CloseThread {
  readonly graceMs: number;
}
