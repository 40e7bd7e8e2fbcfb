import type { ExpectedCost } from '../../../reports/result/result.ts';
import type { Scenario, Workload } from '../../../workloads/scenario.ts';
import { scheduleEndNs } from '../../../workloads/schedule.ts';
import type { KinesisTargetSpec } from '../../../workloads/targets/kinesis.ts';
import { OWN_PRICES, priceDate } from '../../prices/prices.ts';
import { ENVELOPE_BYTES } from '../envelope.ts';
import { recordSizes } from '../record-sizes.ts';

/** The size of a stream that exists or that the run creates. */
export interface StreamSize {
  readonly shards: number;
  readonly isOnDemand: boolean;
}

const HOUR_NS = 3600e9;
/** Creating and deleting a stream is charged too. */
const SET_UP_NS = 180e9;
const GIGABYTE = OWN_PRICES.gigabyteBytes;

interface Volume {
  readonly bytes: number;
  readonly putUnits: number;
  readonly roundedBytes: number;
}

export function estimateCost(scenario: Scenario, target: KinesisTargetSpec, size: StreamSize): ExpectedCost {
  const hours = Math.ceil((scheduleEndNs(scenario.workloads) + scenario.drainNs + SET_UP_NS) / HOUR_NS);
  const volume = scenario.workloads.map((workload) => volumeOf(workload, scenario.seed, target)).reduce(sumOf);
  const fanOut = scenario.consumers.filter(({ kind }) => kind === 'fan-out').length;
  const polling = scenario.consumers.length - fanOut;
  const lines = size.isOnDemand
    ? onDemandLines(target, hours, volume, { fanOut, polling })
    : provisionedLines(target, size.shards, hours, volume, fanOut);
  const paid = lines.filter(({ usd }) => usd > 0);
  const usd = paid.reduce((sum, line) => sum + line.usd, 0);
  return { usd, lines: paid, prices: priceDate(OWN_PRICES) };
}

function provisionedLines(
  { create }: KinesisTargetSpec,
  shards: number,
  hours: number,
  { bytes, putUnits }: Volume,
  fanOut: number,
): ExpectedCost['lines'] {
  const { shardHour, millionPutUnits, fanOutShardHour, fanOutGigabyte } = OWN_PRICES.provisioned;
  const shardHours = shards * hours;
  const gigabytes = bytes / GIGABYTE;
  return [
    // A stream that is there costs its shards with or without the run.
    { what: `${shardHours} shard-hours`, usd: create === undefined ? 0 : shardHours * shardHour },
    { what: `${grouped(putUnits)} PUT payload units`, usd: (putUnits / 1e6) * millionPutUnits },
    { what: `${fanOut * shardHours} fan-out consumer-shard-hours`, usd: fanOut * shardHours * fanOutShardHour },
    { what: `${(fanOut * gigabytes).toFixed(3)} GB by fan-out`, usd: fanOut * gigabytes * fanOutGigabyte },
  ];
}

function onDemandLines(
  { create }: KinesisTargetSpec,
  hours: number,
  { roundedBytes }: Volume,
  { fanOut, polling }: { readonly fanOut: number; readonly polling: number },
): ExpectedCost['lines'] {
  const { streamHour, gigabyteIn, gigabyteOut, fanOutGigabyte } = OWN_PRICES.onDemand;
  const gigabytes = roundedBytes / GIGABYTE;
  const read = (consumers: number) => (consumers * gigabytes).toFixed(3);
  return [
    { what: `${hours} stream-hours`, usd: create === undefined ? 0 : hours * streamHour },
    { what: `${gigabytes.toFixed(3)} GB in`, usd: gigabytes * gigabyteIn },
    { what: `${read(polling)} GB out`, usd: polling * gigabytes * gigabyteOut },
    { what: `${read(fanOut)} GB by fan-out`, usd: fanOut * gigabytes * fanOutGigabyte },
  ];
}

function volumeOf(workload: Workload, seed: number, { maxRecordBytes }: KinesisTargetSpec): Volume {
  const limits = { recordBytesMax: maxRecordBytes, envelopeBytes: ENVELOPE_BYTES };
  const sizes = recordSizes(workload, seed, limits);
  const { roundedToBytes } = OWN_PRICES.onDemand;
  const sum = { bytes: 0, putUnits: 0, roundedBytes: 0 };
  for (const bytes of sizes.bytes) {
    sum.bytes += bytes;
    sum.putUnits += Math.ceil(bytes / OWN_PRICES.provisioned.putUnitBytes);
    sum.roundedBytes += Math.ceil(bytes / roundedToBytes) * roundedToBytes;
  }
  const { recordsOfEach } = sizes;
  return {
    bytes: sum.bytes * recordsOfEach,
    putUnits: sum.putUnits * recordsOfEach,
    roundedBytes: sum.roundedBytes * recordsOfEach,
  };
}

function sumOf(a: Volume, b: Volume): Volume {
  return {
    bytes: a.bytes + b.bytes,
    putUnits: a.putUnits + b.putUnits,
    roundedBytes: a.roundedBytes + b.roundedBytes,
  };
}

const grouped = (count: number) => Math.round(count).toLocaleString('en-US');
