import { evenHashRanges, type HashRange } from '../../routing/hash-range.ts';
import type { KinesisStream } from '../stream/stream.ts';
import type { Reshape } from '../stream/stream-state.ts';

interface Piece {
  readonly shardIndex: number;
  readonly range: HashRange;
}

/** A border may be off by this part of a shard's width, so that rounding never splits a shard. */
const BORDER_SLACK_PARTS = 1024n;

/**
 * The splits and merges that turn a stream's open shards into `targetCount` even ones, as AWS's UNIFORM_SCALING does
 * it: from the lowest hash key up, split the shard that reaches over the next border, then merge what lies below it.
 *
 *     4 shards   | 0      | 1      | 2      | 3      |
 *     to 3       | 0      | 4 | 5  | 7  | 8 | 3      |     1 and 2 are split at the borders
 *                | 6          | 9           | 10     |     0+4, 5+7 and 8+3 are merged
 */
export function uniformPlan(stream: KinesisStream, targetCount: number): Reshape[] {
  const steps: Reshape[] = [];
  let nextIndex = stream.state.nextShardIndex;
  const left = piecesOf(stream).reverse();
  for (const target of evenHashRanges(targetCount)) {
    const slack = (target.end - target.start) / BORDER_SLACK_PARTS;
    let merged: Piece | undefined;
    for (let piece = left.pop(); piece !== undefined; piece = left.pop()) {
      const isDone = merged !== undefined && merged.range.end >= target.end - slack;
      if (isDone && piece.range.end > target.end + slack) {
        left.push(piece);
        break;
      }
      if (piece.range.end > target.end + slack) {
        const newStart = target.end + 1n;
        steps.push({ kind: 'split', shardIndex: piece.shardIndex, newStartingHashKey: String(newStart) });
        left.push({ shardIndex: nextIndex + 1, range: { start: newStart, end: piece.range.end } });
        piece = { shardIndex: nextIndex, range: { start: piece.range.start, end: target.end } };
        nextIndex += 2;
      }
      if (merged === undefined) {
        merged = piece;
      } else {
        steps.push({ kind: 'merge', shardIndex: merged.shardIndex, adjacentIndex: piece.shardIndex });
        merged = { shardIndex: nextIndex, range: { start: merged.range.start, end: piece.range.end } };
        nextIndex += 1;
      }
    }
  }
  return steps;
}

function piecesOf({ openShards }: KinesisStream): Piece[] {
  return openShards.map(({ state }) => ({
    shardIndex: state.index,
    range: { start: BigInt(state.startingHashKey), end: BigInt(state.endingHashKey) },
  }));
}
