import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parseShape } from '../../reports/reading/read-result.ts';
import { RESULT_SCHEMA_VERSION, type Result } from '../../reports/result/result.ts';
import { RESULT_BYTES_MAX, SERIES_HEAD, SERIES_TAIL } from '../../reports/result/result-file.ts';
import { cellsSchema } from '../../reports/result/result-schema.ts';
import { LINE_HEAD, START_BYTES, startOfLine } from './line-start.ts';

const CELLS_HEAD = '\n,"cells": [\n';
const NEWLINE = 10;
/** A head with the cells of some shards; an end, and a line before it. */
const HEAD_BYTES = 512 * 1024;
const TAIL_BYTES = 64 * 1024;
/** About an ordinary line. */
const SEARCH_BYTES = 16 * 1024;
const searched = Buffer.alloc(SEARCH_BYTES);

/** A file as writeResult writes it, taken apart at its series, of which only the first and the last line were looked at. */
export interface SeriesFile {
  readonly name: string;
  /** Without its cells and its series. */
  readonly result: Result;
  /** All but the series, and the cells by themselves. */
  readonly text: string;
  readonly cellsText: string;
  readonly first: Line;
  readonly last: Line;
  /** Where the last line ends, with its line break. */
  readonly end: number;
}

interface Line {
  readonly at: number;
  readonly startNs: number;
}

/**
 * @returns undefined for unreadable files and other layouts; readResult reports their error.
 * @throws as parseShape
 */
export function openSeries(path: string): SeriesFile | undefined {
  return withFile(path, (file) => {
    const { size } = fstatSync(file);
    if (size > RESULT_BYTES_MAX) return undefined;
    const head = readUntil(
      (bytes) => readAt(file, 0, bytes),
      (block) => block.indexOf(`\n${SERIES_HEAD}`),
      HEAD_BYTES,
      size,
    );
    const tail = readUntil(
      (bytes) => readAt(file, size - bytes, bytes),
      (block) => block.lastIndexOf(`\n${LINE_HEAD}`),
      TAIL_BYTES,
      size,
    );
    if (head === undefined || tail === undefined) return undefined;
    const firstAt = head.place + 1 + SERIES_HEAD.length;
    const first = lineAt(file, firstAt, size);
    const last = { at: size - tail.block.length + tail.place + 1, startNs: startOfLine(tail.block, tail.place + 1) };
    const lineEnd = tail.block.indexOf(NEWLINE, tail.place + 1);
    if (lineEnd < 0 || last.at < firstAt || !(last.startNs >= first.startNs)) return undefined;
    if (tail.block.toString('latin1', lineEnd - 1, lineEnd) !== SERIES_TAIL) return undefined;
    const before = head.block.toString('utf8', 0, head.place);
    if (!before.includes(`"schemaVersion": ${RESULT_SCHEMA_VERSION}`)) return undefined;
    const after = `\n,"series": []\n${tail.block.toString('utf8', lineEnd + 1)}`;
    const cells = before.lastIndexOf(CELLS_HEAD);
    const [light, cellsText] =
      cells < 0
        ? [before, '[]']
        : [`${before.slice(0, cells)}\n,"cells": []`, `[${before.slice(cells + CELLS_HEAD.length)}`];
    const end = size - tail.block.length + lineEnd + 1;
    return { name: path, result: parseShape(light + after, path), text: before + after, cellsText, first, last, end };
  });
}

/**
 * The result with its cells, whose histograms take longer than all the rest; without its series.
 * @returns undefined for another layout. @throws as parseShape
 */
export function readCells({ name, result, text, cellsText }: SeriesFile): Result | undefined {
  try {
    return { ...result, cells: cellsSchema.parse(JSON.parse(cellsText)) };
  } catch {
    parseShape(text, name);
    return undefined;
  }
}

/**
 * Where the lines begin that start at `times` or later. Lines of one file are about equally long, so that a few guesses find
 * each; a file that is not in order gives places that the reader of the lines rejects.
 * @param times ascending.
 */
export function placesOf({ name, first, last, end }: SeriesFile, times: readonly number[]): number[] | undefined {
  return withFile(name, (file) => {
    let low = first;
    return times.map((ns) => {
      if (ns <= low.startNs) return low.at;
      if (ns > last.startNs) return end;
      // At `low` it is earlier, at `high` it is not.
      let high = last;
      for (let step = 0; ; step++) {
        const share = step % 2 === 0 ? (ns - low.startNs) / (high.startNs - low.startNs) : 0.5;
        const guess = Math.floor(low.at + Math.min(0.99, Math.max(0.01, share)) * (high.at - low.at));
        let line = lineAfter(file, guess, high.at);
        if (line === undefined) line = lineAfter(file, low.at, high.at);
        if (line === undefined) break;
        if (line.startNs < ns) low = line;
        else high = line;
      }
      low = high;
      return high.at;
    });
  });
}

/** The first line that begins after `at` and before `end`. */
function lineAfter(file: number, at: number, end: number): Line | undefined {
  for (let from = at; from < end; from += SEARCH_BYTES) {
    const read = readSync(file, searched, 0, Math.min(SEARCH_BYTES, end - from), from);
    const newline = searched.subarray(0, read).indexOf(NEWLINE);
    if (newline < 0) continue;
    const next = from + newline + 1;
    return next < end ? lineAt(file, next, end) : undefined;
  }
  return undefined;
}

function lineAt(file: number, at: number, end: number): Line {
  const bytes = readAt(file, at, Math.min(START_BYTES, end - at));
  return { at, startNs: startOfLine(bytes, 0) };
}

/** Reads more and more of a file until `find` finds a place in it. */
function readUntil(
  read: (bytes: number) => Buffer,
  find: (block: Buffer) => number,
  blockBytes: number,
  size: number,
): { readonly block: Buffer; readonly place: number } | undefined {
  for (let bytes = Math.min(size, blockBytes); ; bytes = Math.min(size, 4 * bytes)) {
    const block = read(bytes);
    const place = find(block);
    if (place >= 0) return { block, place };
    if (bytes === size) return undefined;
  }
}

function readAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, position));
}

function withFile<T>(path: string, use: (file: number) => T): T | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
