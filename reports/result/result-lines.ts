import { closeSync, openSync, readSync } from 'node:fs';
import { lineStarts } from './line-starts.ts';
import { SERIES_HEAD, SERIES_TAIL } from './result-file.ts';
import type { LinesOnDisk } from './series-on-disk.ts';

const BLOCK_BYTES = 1024 * 1024;
const HEAD = `\n${SERIES_HEAD}`;
const TAIL = SERIES_TAIL.charCodeAt(0);
/** Each line but the last one ends with a comma, the last one with the bracket. */
const SEPARATOR_BYTES = 2;

export interface ResultLines {
  readonly lines: LinesOnDisk;
  /** The result as JSON text with an empty series. */
  readonly text: string;
}

/**
 * Opens a result as writeResult writes it, one line a second. Nothing of the series is checked.
 * @returns undefined for another layout. @throws the error of the file system.
 */
export function openResultLines(path: string): ResultLines | undefined {
  const file = openSync(path, 'r');
  const opened = resultLinesIn(file);
  if (opened === undefined) closeSync(file);
  return opened;
}

function resultLinesIn(file: number): ResultLines | undefined {
  const before = textUntil(file, HEAD);
  if (before === undefined) return undefined;
  const starts = lineStarts(file, before.length + HEAD.length, (byte) => byte === TAIL);
  if (starts.length === 1) return undefined;
  const after = restOf(file, starts.at(-1)!);
  return {
    lines: { file, starts, separatorBytes: SEPARATOR_BYTES },
    text: `${before.toString()}\n,"series": []\n${after.toString()}`,
  };
}

/** Returns the bytes before the first occurrence of a text. */
function textUntil(file: number, text: string): Buffer | undefined {
  const blocks: Buffer[] = [];
  let overlap = Buffer.alloc(0);
  for (let at = 0; ; ) {
    const block = readAt(file, at);
    if (block.length === 0) return undefined;
    const searched = Buffer.concat([overlap, block]);
    const place = searched.indexOf(text);
    blocks.push(block);
    if (place >= 0) return Buffer.concat(blocks).subarray(0, at - overlap.length + place);
    overlap = searched.subarray(-(text.length - 1));
    at += block.length;
  }
}

function restOf(file: number, from: number): Buffer {
  const blocks: Buffer[] = [];
  for (let at = from; ; ) {
    const block = readAt(file, at);
    if (block.length === 0) return Buffer.concat(blocks);
    blocks.push(block);
    at += block.length;
  }
}

function readAt(file: number, position: number): Buffer {
  const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  return block.subarray(0, readSync(file, block, 0, BLOCK_BYTES, position));
}
