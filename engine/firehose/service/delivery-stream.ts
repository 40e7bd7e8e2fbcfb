import { join } from 'node:path';
import type { Clock } from '../../account/clock.ts';
import type { Durability } from '../../account/options.ts';
import type { OnDefect } from '../../account/store-defect.ts';
import { PENDING } from '../../log/record-batch.ts';
import { type ArnPlace, placeInArn } from '../control/arn.ts';
import type { DeliveryStreamState } from '../control/delivery-stream-state.ts';
import type { DestinationConfiguration } from '../control/destination-configuration.ts';
import { DirectLog } from '../delivery/direct-log.ts';
import { DeliveryPipeline } from '../delivery/pipeline.ts';
import type { PutIntake } from '../delivery/put-intake.ts';
import { DeliveryMetrics } from './delivery-metrics.ts';
import { KinesisSource } from './kinesis-source.ts';
import { PutMeter, type PutQuota } from './put-quota.ts';
import { type RouteParts, routeTo } from './route-to.ts';
import { ShardPositions } from './shard-positions.ts';

export interface DeliveryStreamParts extends RouteParts {
  readonly quota: PutQuota | undefined;
  /** Bytes of undelivered records from which on puts are rejected. */
  readonly backlogBytesMax: number;
  readonly clock: Clock;
  /** Folder for the records that are not delivered. */
  readonly folder: string;
  readonly durability: Durability;
  /** Memory of the newest records, and of buffers. */
  readonly memoryBytes: number;
  /** Calls Kinesis in the account and region of a stream. */
  readonly callKinesis: (place: ArnPlace, operation: string, input: object) => Promise<object>;
  /** Called for a bug of a processor or of a destination. */
  readonly onDefect: (error: unknown) => void;
  readonly onStoreDefect: OnDefect;
}

/** The service keeps records of direct puts that it cannot deliver for this long. */
const KEPT_MS = 86_400_000;
const RECORD_BYTES_MAX = 1_024_000;

/** Added to the place of a record, so that all ids have the same length. Places are below a quarter of it. */
const ID_START = 2 ** 52;
const ID_DIGITS = 56;

/** A delivery stream that runs: takes records, or reads them from a stream of Kinesis, and delivers them. */
export class DeliveryStream {
  readonly state: DeliveryStreamState;
  readonly metrics: DeliveryMetrics;
  readonly #parts: DeliveryStreamParts;
  readonly #source: { readonly log: DirectLog } | { readonly kinesis: KinesisSource };
  readonly #pipeline: DeliveryPipeline;
  readonly #idStart: string;
  readonly #meter: PutMeter | undefined;

  /**
   * @throws InvalidArgumentException if this engine does not have a part of the configuration; errors of the file system if
   *   the records from before a restart cannot be read.
   */
  constructor(state: DeliveryStreamState, parts: DeliveryStreamParts) {
    this.state = state;
    this.#parts = parts;
    this.#idStart = `49${Math.floor(state.createdAtMs)}`.padEnd(ID_DIGITS - String(ID_START).length, '0');
    const { clock, quota, memoryBytes, onDefect } = parts;
    this.metrics = new DeliveryMetrics(state, clock);
    this.#meter = quota === undefined ? undefined : new PutMeter(quota, clock.nowMs());
    if (quota !== undefined) this.metrics.limits(quota);
    const route = routeTo(state, state.destination, parts);
    const source =
      state.source.kind === 'direct-put' ? { log: this.#openLog() } : { kinesis: this.#openKinesis(state.source) };
    this.#source = source;
    this.#pipeline = new DeliveryPipeline(route, {
      clock,
      random: Math.random,
      source: 'log' in source ? source.log.tail('main', 'oldest') : source.kinesis.main,
      backupSource: () => ('log' in source ? source.log.tail('backup', 'next') : source.kinesis.backup()),
      memoryBytes: Math.floor(memoryBytes / 2),
      keptMs: 'log' in source ? KEPT_MS : Number.POSITIVE_INFINITY,
      version: () => state.version,
      observer: this.metrics,
      onDefect,
    });
    if (state.status === 'ACTIVE') this.activate();
  }

  /** Reads the source from now on. */
  activate(): void {
    const { source, createdAtMs } = this.state;
    if ('kinesis' in this.#source && source.kind === 'kinesis-stream') {
      this.#source.kinesis.start(source.startedAtMs ?? createdAtMs);
    }
  }

  /** Id of the record at a place of the log, opaque to its readers. */
  idAt(place: number): string {
    return `${this.#idStart}${ID_START + place}`;
  }

  /** Bytes of the records that are not delivered, with what the log needs for each. */
  get backlogBytes(): number {
    return 'log' in this.#source ? this.#source.log.backlogBytes : 0;
  }

  /** Admits the records of a call that the quota allows: none while the delivery lags too far behind. */
  admit(intake: PutIntake, nowMs: number): void {
    const { batch } = intake;
    if (this.backlogBytes > this.#parts.backlogBytesMax) return;
    const meter = this.#meter;
    if (meter?.admitsRequest(nowMs) === false) return;
    for (let row = 0; row < batch.count; row++) {
      if (batch.status[row] !== PENDING) continue;
      if (meter?.admitsRecord(batch.recordBytes(row)) === false) return;
      intake.admit(row);
    }
  }

  /** Appends the admitted rows of a call. Returns how many: not all of them if the disk does not take them. */
  append(intake: PutIntake): number {
    const accepted = 'log' in this.#source ? this.#source.log.append(intake) : 0;
    if (accepted > 0) this.#pipeline.check();
    return accepted;
  }

  /** When everything appended is as safe as the durability level promises; undefined when it is already. */
  settled(): Promise<void> | undefined {
    return 'log' in this.#source ? this.#source.log.settled() : undefined;
  }

  /** Uses another destination for the batches that follow. @throws InvalidArgumentException as the constructor does. */
  change(destination: DestinationConfiguration): void {
    this.#pipeline.change(routeTo(this.state, destination, this.#parts));
  }

  /** Delivers everything that waits, unless it takes too long. */
  flush(isOver: () => boolean): Promise<void> {
    return this.#pipeline.flush(isOver);
  }

  /** Ends the delivery. With a data directory, records that are not delivered stay in it. */
  async close(): Promise<void> {
    await this.#end();
    if ('log' in this.#source) await this.#source.log.close();
  }

  /** Ends the delivery and discards the records that are not delivered. */
  async destroy(): Promise<void> {
    await this.#end();
    if ('log' in this.#source) await this.#source.log.destroy();
  }

  async #end(): Promise<void> {
    if ('kinesis' in this.#source) await this.#source.kinesis.close();
    await this.#pipeline.close();
  }

  #openLog(): DirectLog {
    const { clock, folder, durability, memoryBytes, onStoreDefect } = this.#parts;
    return new DirectLog({
      folder,
      memoryBytes: Math.floor(memoryBytes / 2),
      maxRecordBytes: RECORD_BYTES_MAX,
      durability,
      clock,
      epochMs: this.state.createdAtMs,
      idAt: (place) => this.idAt(place),
      onDefect: onStoreDefect,
    });
  }

  #openKinesis({
    configuration,
  }: Extract<DeliveryStreamState['source'], { readonly kind: 'kinesis-stream' }>): KinesisSource {
    const { clock, folder, memoryBytes, callKinesis, onDefect } = this.#parts;
    const { KinesisStreamARN: streamArn = '' } = configuration;
    const place = placeInArn(streamArn);
    return new KinesisSource({
      clock,
      streamArn,
      positions: new ShardPositions(join(folder, 'shards.json'), onDefect),
      memoryBytes: Math.floor(memoryBytes / 2),
      call: (operation, input) => callKinesis(place, operation, input),
      metrics: this.metrics,
      onRecords: () => this.#pipeline.check(),
      onDefect,
    });
  }
}
