import { formatDuration } from '../format/numbers.ts';
import type { Merged } from '../result/origin.ts';
import type { Result } from '../result/result.ts';
import { hanging, type Line, type RenderOptions } from './render-lines.ts';
import { sentence } from './render-verdict.ts';

/** Parts that start within this time of each other count as started together. */
const TOGETHER_NS = 100e6;

/** Renders how the result differs from one whole run (part, merged, cut) as lines; none if it is one whole run. */
export function renderOrigin(result: Result, { width }: RenderOptions): Line[] {
  return originSentences(result).flatMap((text) => hanging('  ', text, width));
}

/** Returns how the result differs from one whole run, as sentences. */
export function originSentences({ part, merged, cut }: Pick<Result, 'part' | 'merged' | 'cut'>): string[] {
  const sentences: string[] = [];
  if (part !== undefined) {
    sentences.push(`Part ${part.index} of ${part.of} of the scenario's load: every number covers only this part.`);
  }
  if (merged !== undefined) sentences.push(...mergedSentences(merged));
  if (cut !== undefined) {
    const records = cut.phase === undefined ? 'records completed in it' : `all records of ${cut.phase}`;
    sentences.push(
      `Cut to ${formatDuration(cut.fromNs)} to ${formatDuration(cut.toNs)} of the run, ${records}.`,
      'The ledger and the workers cover the whole run.',
    );
  }
  return sentences.map(sentence);
}

function mergedSentences({ of, parts }: Merged): string[] {
  const indexes = parts.map(({ index }) => index);
  const which = indexes.length === of ? `all ${of}` : `${indexes.join(', ')} of ${of}`;
  const starts = parts.map(({ startedAt }) => Date.parse(startedAt));
  const spreadNs = (Math.max(...starts) - Math.min(...starts)) * 1e6;
  const apart = `They started up to ${formatDuration(spreadNs)} apart, and seconds count from each part's own start.`;
  return [
    `Merged from parts: ${which}.`,
    ...(spreadNs > TOGETHER_NS ? [apart] : []),
    'A shard has no p50 and p99 for a second in which several parts had records.',
  ];
}
