import { formatDuration } from '../format/numbers.ts';
import type { Cut, Merged, Part } from '../result/origin.ts';
import type { Result } from '../result/result.ts';
import type { Finding } from './comparison.ts';

/**
 * Of results that are not simply one run's. A part holds other records than another part or the whole; a cut holds other
 * seconds. Parts that were put together ran with clocks and on machines of their own, which one run did not.
 */
export function originFindings(a: Result, b: Result): Finding[] {
  const found: Finding[] = [];
  const refuse = (left: string, right: string) => {
    if (left !== right) found.push({ grade: 'refused', topic: 'origin', what: `${left}, ${right}` });
  };
  refuse(partText(a.part), partText(b.part));
  refuse(cutText(a.cut), cutText(b.cut));
  const [left, right] = [mergedText(a.merged), mergedText(b.merged)];
  if (left !== right) {
    found.push({ grade: 'caution', topic: 'origin', what: `${left}, ${right}: other load generators` });
  }
  return found;
}

/** Times of a merged result are by each part's own clock. */
export function clocksOf({ merged }: Result): string | undefined {
  if (merged === undefined || merged.parts.length < 2) return undefined;
  return `${merged.parts.length} parts, each timed by its own clock from its own start: the same second is not the same time`;
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
