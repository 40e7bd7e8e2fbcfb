import { readSync } from 'node:fs';

const BLOCK_BYTES = 1024 * 1024;
const FIRST_LINES = 4096;
const NEWLINE = 10;

/**
 * Finds the lines of a file from an offset on, which is the start of a line.
 * @param isLast called with the byte before each line break: true if no line follows that is wanted. Default: all lines.
 * @returns the start of each line, and the end of the last one with its line break. What follows the last line break is no line.
 */
export function lineStarts(
  file: number,
  from: number,
  isLast: (byteBefore: number) => boolean = () => false,
): Float64Array {
  const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let starts = new Float64Array(FIRST_LINES);
  let count = 1;
  starts[0] = from;
  let before = NEWLINE;
  for (let at = from; ; ) {
    const read = readSync(file, block, 0, BLOCK_BYTES, at);
    if (read === 0) return starts.slice(0, count);
    for (let place = block.indexOf(NEWLINE); place >= 0 && place < read; place = block.indexOf(NEWLINE, place + 1)) {
      if (count === starts.length) starts = doubled(starts);
      starts[count] = at + place + 1;
      count += 1;
      if (isLast(place === 0 ? before : block[place - 1]!)) return starts.slice(0, count);
    }
    before = block[read - 1]!;
    at += read;
  }
}

function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * values.length);
  larger.set(values);
  return larger;
}
