import { formatDuration } from '../format/numbers.ts';
import type { Cut, Merged, Part } from '../result/origin.ts';
import type { Result } from '../result/result.ts';
import type { Finding } from './comparison.ts';

/**
 * Returns findings about parts, cuts and merged results. A part has other records than another part or the whole; a cut has
 * other seconds. Merged parts ran on several clocks and machines, unlike one run.
 */
export function originFindings(a: Result, b: Result): Finding[] {
  const found: Finding[] = [];
  const reject = (left: string, right: string) => {
    if (left !== right) found.push({ grade: 'rejected', topic: 'origin', what: `${left}, ${right}` });
  };
  reject(partText(a.part), partText(b.part));
  reject(cutText(a.cut), cutText(b.cut));
  const [left, right] = [mergedText(a.merged), mergedText(b.merged)];
  if (left !== right) {
    found.push({ grade: 'caution', topic: 'origin', what: `${left}, ${right}: other load generators` });
  }
  return found;
}

/** Describes the clocks of a merged result, in which each part has its own. */
export function clocksOf({ merged }: Result): string | undefined {
  if (merged === undefined || merged.parts.length < 2) return undefined;
  return `${merged.parts.length} parts, each with its own clock and start: one second of the result is not one moment`;
}

function partText(part: Part | undefined): string {
  return part === undefined ? 'the whole load' : `part ${part.index} of ${part.of} of the load`;
}

function cutText(cut: Cut | undefined): string {
  if (cut === undefined) return 'the whole run';
  const time = `${formatDuration(cut.fromNs)} to ${formatDuration(cut.toNs)}`;
  return cut.phase === undefined ? `cut to ${time}` : `cut to phase ${cut.phase} (${time})`;
}

function mergedText(merged: Merged | undefined): string {
  return merged === undefined ? 'one run' : `merged from ${merged.parts.length} of ${merged.of} parts`;
}
