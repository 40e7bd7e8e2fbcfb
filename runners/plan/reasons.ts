import { formatCount, formatDuration, formatRatio } from '../../reports/format/numbers.ts';
import type { Binding, HotKey, PlannedCount } from '../../reports/plan/plan.ts';
import { monthText } from '../../reports/plan/plan-text.ts';
import type { KeyBurst } from '../simulation/load.ts';
import type { FoundShards } from './find-shards.ts';
import { tooHotKeys } from './hot-keys.ts';
import { LASTING } from './slo.ts';

/** Why a plan recommends what it does, in sentences. */
type End = FoundShards['end'];

export function reasonOf(
  end: End,
  counts: readonly PlannedCount[],
  { hotKeys, bursts = [] }: { readonly hotKeys: readonly HotKey[]; readonly bursts?: readonly KeyBurst[] | undefined },
): string {
  switch (end.kind) {
    case 'found':
      return foundReason(end, counts);
    case 'hot-key':
      return hotKeyReason(end, tooHotKeys(hotKeys));
    case 'burst':
      return burstReason(
        counts.find(({ shards }) => shards === end.shards),
        bursts,
      );
    case 'floor':
      return floorReason(counts.find(({ shards }) => shards === end.shards));
    case 'too-large':
      return `No number of shards up to ${formatCount(counts.at(-1)?.shards ?? 1)} holds the SLO. Allow more with --max-shards, or relax the SLO.`;
  }
}

function foundReason(
  { shards, isNextHeld, passedBelow }: Extract<End, { kind: 'found' }>,
  counts: readonly PlannedCount[],
): string {
  const at = counts.findIndex((planned) => planned.shards === shards);
  const below = counts[at - 1];
  const chosen = counts[at];
  const next = isNextHeld
    ? `${shards + 1} hold it too.`
    : `${shards + 1} do not: the ranges of hash keys are cut elsewhere, and the busiest of ${shards + 1} shards gets more. Stay at ${shards}, or go well above.`;
  const unlucky =
    passedBelow.length === 0
      ? ''
      : ` ${listOf(passedBelow)} ${passedBelow.length === 1 ? 'holds' : 'hold'} it as well, but the next larger number does not.`;
  if (shards === 1 || below === undefined || below.isHeld) {
    const use =
      chosen === undefined
        ? ''
        : `: its busiest second uses ${formatRatio(chosen.busiestPeakRatio)} of the limit of ${limitText(chosen.binding)}`;
    return `${countOf(shards)} ${shards === 1 ? 'holds' : 'hold'} the SLO${use}. ${next}${unlucky}`;
  }
  const why = isOverloadedOnly(below)
    ? `With ${below.shards}, the busiest shard is due ${formatRatio(below.busiestMeanRatio)} of its limit of ${limitText(below.binding)} on average, which cannot last.`
    : `With ${below.shards}, ${below.failed.join(' and ')} ${below.failed.length === 1 ? 'fails' : 'fail'} (${failureText(below)}): ${bindingText(below)}.`;
  return `${countOf(shards)} ${shards === 1 ? 'is' : 'are'} the fewest that hold the SLO. ${why} ${next}${unlucky}`;
}

function failureText({ throttledRecordsRatio, ackLatency, failedRecords, unsentRecords }: PlannedCount): string {
  const lost = failedRecords + unsentRecords;
  const records = lost > 0 ? `, ${formatCount(lost)} records not delivered` : '';
  return `${formatRatio(throttledRecordsRatio)} of the records throttled${records}, puts take ${formatDuration(ackLatency.p99Ns)} at p99`;
}

function bindingText({ binding, busiestPeakRatio, busiestMeanRatio, consumers }: PlannedCount): string {
  switch (binding) {
    case 'records':
    case 'bytes':
    case 'one-key':
      return `the busiest shard is due ${formatRatio(busiestPeakRatio)} of its limit of ${limitText(binding)} in its busiest second, ${formatRatio(busiestMeanRatio)} on average`;
    case 'read-bytes':
      return `consumers read ${formatRatio(1 - Math.min(...consumers.map(({ readHeadroomRatio }) => readHeadroomRatio)))} of what a shard gives out`;
    case 'read-calls':
      return `consumers poll ${formatRatio(1 - Math.min(...consumers.map(({ callHeadroomRatio }) => callHeadroomRatio ?? 1)))} of the 5 calls a second that a shard allows, and more shards do not change that`;
    case 'none':
      return 'no limit is near';
  }
}

const LIMIT_TEXTS: Readonly<Record<Binding, string>> = {
  records: '1,000 records/s',
  bytes: '1 MiB/s',
  'read-bytes': '2 MiB/s read',
  'read-calls': '5 read calls/s',
  'one-key': 'one key on one shard',
  none: 'a shard',
};

const limitText = (binding: Binding): string => LIMIT_TEXTS[binding];

/** A table lists the other keys. */
const NAMED_MAX = 3;

function hotKeyReason({ onlyHotKeySuffersFrom }: Extract<End, { kind: 'hot-key' }>, keys: readonly HotKey[]): string {
  const needs = keys
    .slice(0, NAMED_MAX)
    .map(
      ({ name, shardRatio, splitOver }) =>
        `Key ${JSON.stringify(name)} by itself needs ${shardRatio.toFixed(1)} shards at the peak. Split it over at least ${splitOver} keys.`,
    );
  if (keys.length > NAMED_MAX) needs.push(`${formatCount(keys.length - NAMED_MAX)} more keys need to be split, too.`);
  const rest =
    onlyHotKeySuffersFrom === null
      ? ''
      : ` From ${countOf(onlyHotKeySuffersFrom)} on, only the shards of ${keys.length === 1 ? 'that key' : 'those keys'} throttle.`;
  return `No number of shards holds the SLO, because a key stays on one shard. ${needs.join(' ')}${rest}`;
}

function burstReason(tried: PlannedCount | undefined, bursts: readonly KeyBurst[]): string {
  const ratio = tried?.busiestPeakRatio ?? 1;
  const [busiest] = bursts;
  const key =
    busiest === undefined
      ? 'the records of that second have one key'
      : `key ${JSON.stringify(busiest.name)} by itself has ${formatCount(busiest.records)} records in one second`;
  return `No number of shards holds the SLO: with ${countOf(tried?.shards ?? 1)}, one of them is still due ${ratio.toFixed(1)} times its limit in its busiest second, because ${key}. Spread such keys over at least ${Math.ceil(ratio)} keys each, or let producers slow down.`;
}

function floorReason(tried: PlannedCount | undefined): string {
  const failed = tried?.failed.join(' and ') ?? 'the SLO';
  const shown = (tried?.consumers ?? []).map(
    ({ name, putToGet }) =>
      `${name} ${formatDuration(putToGet.p50Ns)} at p50 and ${formatDuration(putToGet.p99Ns)} at p99`,
  );
  const reads = shown.length === 0 ? '' : `, and put-to-get is ${shown.join(', ')}`;
  return `No number of shards holds ${failed}: with ${countOf(tried?.shards ?? 1)} nothing is throttled${reads}. Poll more often, use fan-out consumers, or allow more.`;
}

/** Notes on thresholds that do not depend on the number of shards. */
export function sloNotes(end: End, counts: readonly PlannedCount[]): string[] {
  if (end.kind === 'floor') return ['The SLO lies below what the consumers and the service take without any load.'];
  return [...overloadedNotes(counts), ...looseNotes(end, counts)];
}

function overloadedNotes(counts: readonly PlannedCount[]): string[] {
  const overloaded = counts.find(isOverloadedOnly);
  if (overloaded === undefined) return [];
  return [
    `The SLO holds with ${countOf(overloaded.shards)}, although the busiest one is due ${formatRatio(overloaded.busiestMeanRatio)} of its limit on average. That cannot last, so the plan recommends more.`,
  ];
}

/** An SLO without a limit of throttling may hold while much is throttled. */
function looseNotes(end: End, counts: readonly PlannedCount[]): string[] {
  const chosen = end.kind === 'found' ? counts.find(({ shards }) => shards === end.shards) : undefined;
  if (chosen === undefined || chosen.throttledRecordsRatio <= THROTTLED_VISIBLE_RATIO) return [];
  const better = counts.find(
    ({ shards, throttledRecordsRatio }) => shards > chosen.shards && throttledRecordsRatio <= THROTTLED_VISIBLE_RATIO,
  );
  const instead =
    better === undefined
      ? ''
      : ` ${countOf(better.shards)} would throttle ${formatRatio(better.throttledRecordsRatio)}.`;
  return [`The SLO allows ${formatRatio(chosen.throttledRecordsRatio)} of the records to be throttled.${instead}`];
}

const THROTTLED_VISIBLE_RATIO = 0.01;

/** The SLO holds, but the busiest shard is overloaded in the long run. */
const isOverloadedOnly = ({ failed }: PlannedCount): boolean => failed.length === 1 && failed[0] === LASTING;

interface Packed {
  readonly recordsPerAggregate: number;
  readonly packedShards: number | null;
  readonly monthlyUsd: number | null;
}

export function aggregationReason(
  plain: { readonly shards: number; readonly monthlyUsd: number },
  { recordsPerAggregate, packedShards, monthlyUsd }: Packed,
): string {
  const density = `With the producer library's aggregation, about ${formatCount(recordsPerAggregate)} records make one`;
  if (packedShards === null || monthlyUsd === null) return `${density}, but no number of shards holds the SLO then.`;
  const shards =
    packedShards < plain.shards ? `${countOf(packedShards)} instead of ${plain.shards}` : 'not fewer shards';
  return `${density}: ${shards}, ${monthText(monthlyUsd)} a month instead of ${monthText(plain.monthlyUsd)}. Records wait up to 100 ms longer, and consumers must unpack them.`;
}

const countOf = (shards: number): string => `${formatCount(shards)} ${shards === 1 ? 'shard' : 'shards'}`;

const listOf = (counts: readonly number[]): string => counts.map(formatCount).join(', ');
