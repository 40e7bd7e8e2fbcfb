import type { PutRecordOutput, PutRecordsOutput } from '@aws-sdk/client-kinesis';
import type { Account } from './account/account.ts';
import { VirtualClock } from './account/clock.ts';
import { resourceNotFound } from './account/errors.ts';
import type { InputOf, OperationName, OutputOf } from './account/operation-types.ts';
import { StreamRead, type StreamRecord } from './account/records/stream-read.ts';
import type { AccountService } from './account/service/account-service.ts';
import type { Accounts } from './account/service/accounts.ts';
import { controlCalls } from './account/service/control-calls.ts';
import { createActiveStream, type StreamSettings } from './account/service/create-active-stream.ts';
import { serviceMetricsText } from './account/service/metrics-text.ts';
import { type AccountsOptions, openAccounts } from './account/service/open-accounts.ts';
import { callOperation } from './account/service/operations.ts';
import type { FirehoseSettings } from './firehose/service/firehose-account.ts';
import { LazyFirehoses } from './firehose/service/lazy-firehoses.ts';
import { FIREHOSE_OPERATIONS } from './firehose/service/operation-names.ts';
import type { FirehoseInputOf, FirehoseOperation, FirehoseOutputOf } from './firehose/service/operation-types.ts';
import { middleOf } from './routing/hash-range.ts';
import type { ServerOptions } from './wire/options.ts';
import type { RunningServer } from './wire/running-server.ts';

export interface EngineOptions extends AccountsOptions {
  /** Streams to begin with, by name: how many shards. They are ACTIVE at once. */
  readonly streams?: Readonly<Record<string, number>>;
  /** Where delivery streams store objects, and their limits. */
  readonly firehose?: FirehoseSettings | undefined;
}

/** Settings of a new stream, and where it is created. */
export interface EngineStreamSettings extends StreamSettings {
  /** Region of the stream; the engine's own by default. */
  readonly region?: string | undefined;
  /** Account of the stream, twelve digits; the engine's own by default. */
  readonly accountId?: string | undefined;
}

/** One record to put. */
export interface EngineRecord {
  /** 1 to 256 characters. */
  readonly partitionKey: string;
  readonly data: Uint8Array | string;
  /** Decimal, 0 to 2^128 - 1; takes the place of the key's hash. */
  readonly explicitHashKey?: string;
}

export interface ReadOptions {
  /** Position to start from; `trim-horizon` by default. */
  readonly from?: 'trim-horizon' | 'latest';
  /** Go on when everything has been read, until the signal. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** State changes that take no time, as a program that is not measuring them wants. */
const AT_ONCE = { creating: 0, updating: 0, deleting: 0, registering: 0 } as const;

/**
 * An AWS account with Kinesis and Firehose in this process: streams that a program puts to, reads and reshards without a
 * network, or serves to any client. Methods work on the account and region of the options. Clients that sign for other regions, or with
 * access keys of other accounts, have streams of their own. Rejected calls throw a KinesisError with AWS's code and message.
 */
export class Engine {
  readonly account: Account;
  readonly service: AccountService;
  /** The account, and those of other regions and access keys. */
  readonly accounts: Accounts;
  readonly #firehoses: LazyFirehoses;
  readonly #servers: RunningServer[] = [];

  private constructor(accounts: Accounts, firehose: FirehoseSettings) {
    this.accounts = accounts;
    this.#firehoses = new LazyFirehoses(accounts.all, {
      ...firehose,
      kinesisIn: (place) => accounts.serviceIn(place),
      onDefect: warn,
    });
    this.account = accounts.home;
    this.service = accounts.homeService;
  }

  /**
   * Starts an engine. With `dataDir` it goes on where the last one with this folder ended.
   * @throws Error when the folder is in use or damaged.
   */
  static async open(options: EngineOptions = {}): Promise<Engine> {
    const { streams = {}, firehose = {}, ...account } = options;
    const engine = new Engine(await openAccounts({ delaysMs: AT_ONCE, ...account }), firehose);
    await engine.#firehoses.resume();
    for (const [name, shards] of Object.entries(streams)) engine.createStream(name, { shards });
    return engine;
  }

  /**
   * Creates a stream that is ACTIVE at once, with its consumers. A stream that exists is left unchanged, such as one from a
   * data directory.
   * @throws KinesisError with the code and message of the operation that rejects a setting, as CreateStream does.
   */
  createStream(name: string, { region, accountId, ...settings }: EngineStreamSettings = {}): void {
    const { options } = this.account;
    const place = { region: region ?? options.region, accountId: accountId ?? options.accountId };
    const { account } = this.accounts.serviceIn(place);
    if (account.findStream(name) === undefined) createActiveStream(account, name, settings);
  }

  /** Calls any operation of Kinesis but SubscribeToShard, with the AWS SDK's input and output. */
  async call<Name extends OperationName>(operation: Name, input: InputOf<Name>): Promise<OutputOf<Name>> {
    return (await callOperation(this.account, operation, input)) as OutputOf<Name>;
  }

  /** Calls any operation of Firehose, with the AWS SDK's input and output. */
  async callFirehose<Name extends FirehoseOperation>(
    operation: Name,
    input: FirehoseInputOf<Name>,
  ): Promise<FirehoseOutputOf<Name>> {
    const firehose = this.#firehoses.serviceOf(this.account);
    return (await firehose.call(operation, input)) as FirehoseOutputOf<Name>;
  }

  async put(stream: string, record: EngineRecord): Promise<PutRecordOutput> {
    return this.call('PutRecord', { StreamName: stream, ...entryOf(record) });
  }

  /** At most 500 records and 10 MiB. Each record is accepted or rejected separately, as the output shows. */
  async putMany(stream: string, records: readonly EngineRecord[]): Promise<PutRecordsOutput> {
    return this.call('PutRecords', { StreamName: stream, Records: records.map(entryOf) });
  }

  /**
   * Every record of a stream, in the order of its shard, parents before their children. Following ends with the engine.
   * @throws ResourceNotFoundException when there is no such stream, or when it is deleted meanwhile.
   */
  async *read(stream: string, options: ReadOptions = {}): AsyncGenerator<StreamRecord, void, void> {
    const { from = 'trim-horizon', follow = false, signal } = options;
    const reader = new StreamRead(this.account.readableStream({ StreamName: stream }), from);
    while (signal?.aborted !== true) {
      const records = reader.next();
      yield* records;
      if (records.length > 0) continue;
      if (this.account.isClosed) return;
      if (reader.isGone) throw resourceNotFound(`Stream ${stream} was deleted.`);
      if (!follow) return;
      await reader.wait(signal);
    }
  }

  /** Splits a shard in the middle of its range, or at a given hash key. */
  async split(stream: string, shardId: string, newStartingHashKey?: string): Promise<void> {
    const { startingHashKey, endingHashKey } = this.account.stream({ StreamName: stream }).shard(shardId).state;
    const middle = middleOf({ start: BigInt(startingHashKey), end: BigInt(endingHashKey) });
    await this.call('SplitShard', {
      StreamName: stream,
      ShardToSplit: shardId,
      NewStartingHashKey: newStartingHashKey ?? String(middle),
    });
  }

  /** Merges two shards whose ranges touch. */
  async merge(stream: string, shardId: string, adjacentShardId: string): Promise<void> {
    await this.call('MergeShards', {
      StreamName: stream,
      ShardToMerge: shardId,
      AdjacentShardToMerge: adjacentShardId,
    });
  }

  /** Brings a stream to a number of open shards, half to twice what it has. */
  async reshard(stream: string, shards: number): Promise<void> {
    await this.call('UpdateShardCount', {
      StreamName: stream,
      TargetShardCount: shards,
      ScalingType: 'UNIFORM_SCALING',
    });
  }

  /**
   * Turns the virtual clock; everything that falls due on the way happens.
   * @throws TypeError when the engine has a real clock.
   */
  advance(byMs: number): void {
    const { clock } = this.account;
    if (!(clock instanceof VirtualClock)) throw new TypeError('only an engine with a VirtualClock can be advanced');
    clock.advance(byMs);
  }

  /** Serves the account to Kinesis clients, on 127.0.0.1 by default; `url` of the result is the endpoint. */
  async serve(options: ServerOptions = {}): Promise<RunningServer> {
    const { startServer } = await import('./wire/server.ts');
    const server = await startServer(this.service, {
      serviceOf: (scope) => this.accounts.serviceOf(scope),
      firehoseOf: (scope) => this.#firehoses.serviceOf(this.accounts.serviceOf(scope).account),
      metricsText: () => serviceMetricsText(this.accounts.all) + this.#firehoses.metricsText,
      control: controlCalls(this.account, FIREHOSE_OPERATIONS),
      ...options,
    });
    this.#servers.push(server);
    return server;
  }

  /** Ends the servers and writes what a data directory still lacks. */
  async close(): Promise<void> {
    for (const account of this.accounts.all) account.subscriptions.endAll();
    await Promise.all(this.#servers.map((server) => server.close()));
    await this.#firehoses.close();
    await this.accounts.close();
  }
}

/** Reports a bug of a part that runs by itself, with its stack trace. */
function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error), { code: 'STREAMGAUGE_DEFECT' });
}

function entryOf({ partitionKey, data, explicitHashKey }: EngineRecord) {
  return {
    PartitionKey: partitionKey,
    Data: typeof data === 'string' ? Buffer.from(data) : data,
    ExplicitHashKey: explicitHashKey,
  };
}
