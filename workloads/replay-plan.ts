import { basename } from 'node:path';
import type { Instant } from './recording/decimal-time.ts';
import { separatorName } from './recording/lines-csv.ts';
import { formatName, SYSLOG_YEAR, takesZone } from './recording/time-reader.ts';
import { loadReplay, type Replay } from './replay.ts';
import { envelopeBytesOf, maxRecordBytesOf } from './resolve-target.ts';
import type { ReplaySpec, Scenario, Workload } from './scenario.ts';

/**
 * Describes the replays of a scenario in sentences; none for workloads without a recording.
 * @throws ScenarioError if a recording changed or was deleted after the scenario was resolved.
 */
export function replayPlan({ target, workloads }: Scenario): string[] {
  const maxContentBytes = maxRecordBytesOf(target) - envelopeBytesOf(target);
  return workloads.flatMap((workload) => {
    const replay = loadReplay(workload, maxContentBytes);
    return replay === undefined ? [] : replaySentences(workload, replay);
  });
}

/** Describes the replay of one workload: its file, keys, times and length. */
export function replaySentences(workload: Workload, replay: Replay): string[] {
  if (workload.payload.kind !== 'replay') return [];
  const spec = workload.payload.replay;
  return [
    fileSentence(workload.name, spec, replay),
    ...skippedSentence(replay),
    ...duplicateSentence(replay),
    ...keySentence(workload, replay),
    ...timeSentences(workload, spec, replay),
  ];
}

const FORMAT_NAMES: Readonly<Record<ReplaySpec['format'], string>> = { ndjson: 'NDJSON', csv: 'CSV', log: 'log' };

function fileSentence(name: string, spec: ReplaySpec, { count, facts }: Replay): string {
  const { compression, separator, columnCount } = facts;
  const columns =
    separator === undefined
      ? ''
      : `, ${columnCount} columns, separator ${separatorName(separator.character)}${separator.isDetected ? ' (detected)' : ''}`;
  const encoding = spec.encoding === 'latin1' ? 'Latin-1' : 'UTF-8';
  const packed = compression === 'none' ? 'not compressed' : `decompressed from ${compression}`;
  const what = `${countOf(count, `${FORMAT_NAMES[spec.format]} record`)}${columns}, ${encoding}, ${packed}`;
  return `Workload ${name} replays ${basename(spec.path)}: ${what}.`;
}

function skippedSentence({ facts }: Replay): string[] {
  const skipped = [
    { count: facts.skippedWithoutKey, what: 'record without a key' },
    { count: facts.skippedWithoutTime, what: 'record without a time' },
    { count: facts.blankLines, what: 'blank line' },
    { count: facts.directiveLines, what: 'directive line' },
  ].filter(({ count }) => count > 0);
  if (skipped.length === 0) return [];
  return [`Skipped: ${skipped.map(({ count, what }) => countOf(count, what)).join(', ')}.`];
}

function duplicateSentence({ facts: { duplicateColumns = [] } }: Replay): string[] {
  if (duplicateColumns.length === 0) return [];
  const names = duplicateColumns.map((name) => `'${name}'`).join(', ');
  return [`Several columns have the name ${names}; no key or time uses them.`];
}

function keySentence({ keys: spec }: Workload, { keys }: Replay): string[] {
  return spec.kind === 'field' && keys !== undefined
    ? [`Keys come from field '${spec.field}': ${countOf(keys.length, 'different key')}.`]
    : [];
}

function timeSentences({ arrivals, phases }: Workload, spec: ReplaySpec, replay: Replay): string[] {
  const { times } = replay.facts;
  if (arrivals.kind !== 'recorded') {
    const order = times === undefined ? 'in the order of the file' : 'in the order of their times';
    return [`The phases set the rate. The records are sent ${order}, again from the first one after the last one.`];
  }
  const lastNs = replay.timesNs?.at(-1);
  if (times === undefined || lastNs === undefined) return [];
  const { timeField = 'time' } = spec;
  const field = typeof timeField === 'string' ? `field '${timeField}'` : `fields '${timeField.join("' and '")}'`;
  const { form } = times.format;
  const origin = form !== 'number' ? '' : spec.timeUnit === undefined ? ' (detected)' : ' (timeUnit)';
  const zone = takesZone(form) ? `, read as ${spec.timeZone ?? 'UTC'}` : '';
  const year = form === 'syslog' && spec.timeYear === undefined ? `, year ${SYSLOG_YEAR} (timeYear sets it)` : '';
  const late =
    replay.outOfOrderCount === 0 ? '' : ` ${countOf(replay.outOfOrderCount, 'record')} out of order: sent by time.`;
  const played = phases.reduce((sum, { durationNs }) => sum + durationNs, 0);
  return [
    `Times come from ${field}: ${formatName(times.format)}${origin}${zone}${year}.`,
    `First time ${instantText(times.first)}, last time ${instantText(times.last)}.${late}`,
    `The replay takes ${durationText(played)} at speed ${arrivals.speed}: ${durationText(lastNs)} were recorded.`,
  ];
}

function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** Formats an instant in UTC with as many decimal places as it needs. */
function instantText({ seconds, nanos }: Readonly<Instant>): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `${seconds} s after 1970`;
  const fraction =
    nanos === 0
      ? ''
      : `.${String(nanos)
          .padStart(9, '0')
          .replace(/(?:000)+$/u, '')}`;
  return date.toISOString().replace(/\.\d{3}Z$/u, `${fraction}Z`);
}

const UNITS = [
  ['d', 86_400e9],
  ['h', 3600e9],
  ['min', 60e9],
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
] as const;

/** Three significant digits: `7.02 d`, `2.04 s`. */
function durationText(ns: number): string {
  const [unit, unitNs] = UNITS.find(([, size]) => ns >= size) ?? ['ns', 1];
  return `${Number((ns / unitNs).toPrecision(3))} ${unit}`;
}
