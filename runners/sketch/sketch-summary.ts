import { formatBytes, formatCount, formatRate, formatRatio } from '../../reports/format/numbers.ts';
import type { Histogram } from '../../reports/histogram/histogram.ts';
import { bytesOf, type KeySketch, recordsOf, STEP_RANGES } from './sketch.ts';

/** The main facts of a sketch. Rates are records/s, sizes bytes, shares 0 to 1. */
export interface SketchSummary {
  readonly sources: readonly string[];
  readonly start: string;
  readonly seconds: number;
  readonly records: number;
  readonly bytes: number;
  readonly meanPerSecond: number;
  /** In the busiest step. */
  readonly peakPerSecond: number;
  readonly distinctKeys: number;
  /** Every key is listed, so `distinctKeys` is no estimate. */
  readonly isExact: boolean;
  readonly heaviest: readonly { readonly key: string; readonly shareMin: number; readonly shareMax: number }[];
  readonly dataBytes: SizeSummary;
  readonly keyBytes: SizeSummary | null;
}

interface SizeSummary {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const SHOWN_KEYS = 5;

export function sketchSummary(sketch: KeySketch): SketchSummary {
  const { steps, stepSeconds, keys } = sketch;
  const records = recordsOf(sketch);
  let peak = 0;
  for (let step = 0; step < steps; step += 1) {
    let ofStep = 0;
    for (let range = 0; range < STEP_RANGES; range += 1) ofStep += sketch.recordsByStep[step * STEP_RANGES + range]!;
    peak = Math.max(peak, ofStep);
  }
  return {
    sources: sketch.sources,
    start: new Date(sketch.startSeconds * 1000).toISOString(),
    seconds: steps * stepSeconds,
    records,
    bytes: bytesOf(sketch),
    meanPerSecond: records / (steps * stepSeconds),
    peakPerSecond: peak / stepSeconds,
    isExact: sketch.unlistedRecordsMax === 0,
    distinctKeys: sketch.unlistedRecordsMax === 0 ? keys.length : Math.round(sketch.distinct.estimate()),
    heaviest: keys.slice(0, SHOWN_KEYS).map(({ md5, key, recordsMin, recordsMax }) => {
      return { key: key ?? md5, shareMin: recordsMin / records, shareMax: Math.min(1, recordsMax / records) };
    }),
    dataBytes: sizes(sketch.dataSizes),
    keyBytes: sketch.keySizes.count === 0 ? null : sizes(sketch.keySizes),
  };
}

function sizes(histogram: Histogram): SizeSummary {
  return { p50: histogram.percentileNs(50), p99: histogram.percentileNs(99), max: histogram.maxNs };
}

const SHOWN_CHARACTERS_MAX = 40;

/** For a terminal of 80 columns. */
export function summaryText(summary: SketchSummary): string {
  const {
    records,
    bytes,
    seconds,
    meanPerSecond,
    peakPerSecond,
    distinctKeys,
    isExact,
    heaviest,
    dataBytes,
    keyBytes,
  } = summary;
  const source = summary.sources.length === 1 ? summary.sources[0]! : `${summary.sources.length} parts`;
  const sizeText = ({ p50, p99, max }: SizeSummary) =>
    `p50 ${formatBytes(p50)}, p99 ${formatBytes(p99)}, max ${formatBytes(max)}`;
  const shares = heaviest.map(({ key, shareMin, shareMax }) => {
    const share =
      shareMax - shareMin < 0.0005 ? formatRatio(shareMin) : `${formatRatio(shareMin)} to ${formatRatio(shareMax)}`;
    return `          ${shown(key).padEnd(SHOWN_CHARACTERS_MAX)}  ${share}`;
  });
  const about = seconds % 86_400 === 0 ? `${seconds / 86_400} d` : `${formatCount(seconds)} s`;
  return [
    `Sketch of ${source}`,
    '',
    `  load    ${formatCount(records)} records, ${formatBytes(bytes)}, over ${about} from ${summary.start.replace('.000Z', 'Z')}`,
    `  rate    mean ${formatRate(meanPerSecond)}, busiest step ${formatRate(peakPerSecond)}`,
    `  data    ${sizeText(dataBytes)}`,
    ...(keyBytes === null ? [] : [`  key     ${sizeText(keyBytes)}`]),
    `  keys    ${isExact ? '' : 'about '}${formatCount(distinctKeys)} different, most records:`,
    ...shares,
    '',
  ].join('\n');
}

function shown(key: string): string {
  // Control characters of a key must not reach the terminal.
  const printable = key.replace(/[\p{Cc}\p{Cf}]/gu, '?');
  return printable.length > SHOWN_CHARACTERS_MAX ? `${printable.slice(0, SHOWN_CHARACTERS_MAX - 3)}...` : printable;
}
