import { HistogramLogWriter, Int8Histogram } from 'hdr-histogram-js';
import { Histogram } from '../histogram/histogram.ts';
import { HIGHEST_NS, LOWEST_NS, SIGNIFICANT_DIGITS } from '../histogram/slots.ts';
import type { NamedResult } from '../result/named-result.ts';
import {
  CONSUMER_SPANS,
  type ConsumerHistogram,
  type IntervalCell,
  PRODUCER_SPANS,
  type ProducerHistogram,
} from '../result/result.ts';
import { mergedHistogram } from '../summary/cells.ts';

/** Histograms contain nanoseconds. The column of the maximum is for people, and is in milliseconds. */
const NS_PER_MAX_UNIT = 1e6;

/**
 * An HdrHistogram interval log, version 1.3, for HistogramLogAnalyzer, hdr-plot and others: one line for each second and tag.
 *
 *   Tag=SPAN/WORKLOAD/PHASE             sendDelay and ackLatency
 *   Tag=SPAN/WORKLOAD/PHASE/CONSUMER    residence, putToGet and uncorrected
 *
 * With several results, each tag begins with the name of its result. Characters that a tag cannot contain (commas, blanks,
 * slashes of names) are percent-encoded, so different names never become the same tag. Timestamps and lengths are in seconds;
 * timestamps count from BaseTime, the start of the first result. Values are in nanoseconds, the third column in milliseconds.
 * The histograms of a tag's lines add up to the histogram of the run.
 * Source: HdrHistogram, HistogramLogWriter.java.
 */
export function renderHlog(results: readonly NamedResult[]): string {
  const baseMs = Math.min(...results.map(({ result }) => Date.parse(result.startedAt)));
  const base = (baseMs / 1e3).toFixed(3);
  const parts: string[] = [];
  const writer = new HistogramLogWriter((part) => parts.push(part));
  for (const { name, result } of results) {
    writer.outputComment(`[streamgauge ${result.tool.version}: ${tagPart(name)}, values in ns, maxima in ms]`);
  }
  writer.outputLogFormatVersion();
  // Not outputStartTime, which adds an empty line and the name of this machine's time zone.
  writer.outputComment(`[StartTime: ${base} (seconds since epoch), ${new Date(baseMs).toISOString()}]`);
  writer.outputComment(`[BaseTime: ${base} (seconds since epoch)]`);
  writer.outputLegend();
  const lines = results.flatMap((named) => intervalLines(named, baseMs, results.length > 1));
  // A reader that cuts a time range stops at the first line after it, so lines must be in the order of time.
  lines.sort((a, b) => a.startSeconds - b.startSeconds);
  const shown = new LineHistogram();
  for (const { tag, startSeconds, endSeconds, histogram } of lines) {
    shown.show(tag, histogram);
    writer.outputIntervalHistogram(shown, startSeconds, endSeconds, NS_PER_MAX_UNIT);
  }
  return parts.join('');
}

interface Line {
  readonly tag: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly histogram: Histogram;
}

/**
 * A histogram for the library's writer, which reads the tag, the maximum and the encoded bytes. The counts stay empty. The bytes
 * are ours, because the library's encoder writes two fields of the header wrongly, and needs twice the time for a second.
 */
class LineHistogram extends Int8Histogram {
  #encoded = '';

  constructor() {
    super(LOWEST_NS, HIGHEST_NS, SIGNIFICANT_DIGITS);
  }

  show(tag: string, histogram: Histogram): void {
    this.tag = tag;
    this.maxValue = histogram.maxNs;
    this.#encoded = histogram.encode();
  }

  /** Replaces the library's method, which its types do not declare. */
  readonly encodeIntoCompressedBase64 = (): string => this.#encoded;
}

function intervalLines({ name, result }: NamedResult, baseMs: number, isOneOfSeveral: boolean): Line[] {
  const offsetSeconds = (Date.parse(result.startedAt) - baseMs) / 1e3;
  const prefix = isOneOfSeveral ? [name] : [];
  return result.series.flatMap(({ startNs, endNs, cells }) => {
    const [startSeconds, endSeconds] = [offsetSeconds + startNs / 1e9, offsetSeconds + endNs / 1e9];
    return [...histogramsByTag(cells, prefix)].map(([tag, histogram]) => ({
      tag,
      startSeconds,
      endSeconds,
      histogram,
    }));
  });
}

/** Skips empty histograms: a reader of the log treats a missing line as an interval without values. */
function histogramsByTag(cells: readonly IntervalCell[], prefix: readonly string[]): Map<string, Histogram> {
  const byTag = new Map<string, Histogram>();
  const add = (parts: readonly string[], histogram: Histogram) => {
    if (histogram.count === 0) return;
    const tag = [...prefix, ...parts].map(tagPart).join('/');
    byTag.set(tag, (byTag.get(tag) ?? new Histogram()).merge(histogram));
  };
  for (const cell of cells) {
    for (const span of spansOf(cell)) {
      const consumer = cell.kind === 'consumer' ? [cell.consumer] : [];
      add([span, cell.workload, cell.phase, ...consumer], mergedHistogram([cell], span));
    }
  }
  return byTag;
}

function spansOf(cell: IntervalCell): readonly (ProducerHistogram | ConsumerHistogram)[] {
  return cell.kind === 'producer' ? PRODUCER_SPANS : CONSUMER_SPANS;
}

/** Percent-encodes everything except letters, digits and a few signs. */
function tagPart(text: string): string {
  return text.replace(/[^\p{L}\p{N}._~:+-]/gu, (character) => {
    return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  });
}
