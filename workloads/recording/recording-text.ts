import { isUtf8 } from 'node:buffer';
import type { FileProblem } from './recording-file.ts';

export type Encoding = 'utf-8' | 'latin1';

/** The content of a recording as bytes. Only fields that become keys and times are decoded. */
export interface RecordingText {
  readonly bytes: Buffer;
  /** Offset of the content after a byte order mark. */
  readonly start: number;
  readonly encoding: Encoding;
  /** True if the whole content is valid in its encoding, so that no part needs a check of its own. */
  readonly isValid: boolean;
}

const HEAD_BYTES = 4096;
/** Smallest share of NUL bytes at even or odd offsets in UTF-16. UTF-8 text of any script has none. */
const UTF16_NUL_RATIO = 0.4;

export function openText(
  bytes: Buffer,
  encoding: Encoding,
): { readonly kind: 'text'; readonly text: RecordingText } | FileProblem {
  const wide = wideEncoding(bytes);
  if (wide !== undefined) {
    const fix = `Convert it: iconv -f ${wide} -t UTF-8 FILE > NEW-FILE.`;
    return { kind: 'problem', code: 'REPLAY_ENCODING', what: `is ${wide} text.`, fix };
  }
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const text = { bytes, start: hasMark ? 3 : 0, encoding, isValid: encoding === 'latin1' || isUtf8(bytes) };
  if (hasMark && encoding === 'latin1') {
    const what = 'begins with the UTF-8 byte order mark, and encoding is latin1.';
    return { kind: 'problem', code: 'REPLAY_ENCODING', what, fix: 'Remove encoding: latin1.' };
  }
  if (bytes.indexOf(10) < 0 && bytes.indexOf(13) >= 0 && bytes.indexOf(13) < bytes.length - 1) {
    const what = 'ends its lines with CR only.';
    return { kind: 'problem', code: 'REPLAY_MALFORMED', what, fix: "Convert it: tr '\\r' '\\n' < FILE > NEW-FILE." };
  }
  return { kind: 'text', text };
}

/** Decodes bytes; undefined if they are not valid in the encoding of the recording. */
export function decode({ bytes, encoding, isValid }: RecordingText, start: number, end: number): string | undefined {
  if (encoding === 'latin1') return bytes.toString('latin1', start, end);
  return isValid || isUtf8(bytes.subarray(start, end)) ? bytes.toString('utf8', start, end) : undefined;
}

/** Encodes a name from a scenario as it is in the recording. */
export function encode(name: string, encoding: Encoding): Buffer {
  return Buffer.from(name, encoding);
}

/** Returns line and column, from 1, of an offset in a row that begins at `rowStart` in `rowLine`. Columns count characters. */
export function placeOf(text: RecordingText, rowStart: number, rowLine: number, at: number): Place {
  let line = rowLine;
  let lineStart = rowStart;
  for (let newline = text.bytes.indexOf(10, rowStart); newline >= 0 && newline < at; ) {
    line += 1;
    lineStart = newline + 1;
    newline = text.bytes.indexOf(10, lineStart);
  }
  const before = text.bytes.subarray(lineStart, at);
  return { line, column: before.toString(text.encoding).length + 1 };
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

function wideEncoding(bytes: Buffer): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'UTF-32LE' : 'UTF-16LE';
  if (a === 0xfe && b === 0xff) return 'UTF-16BE';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'UTF-32BE';
  const head = bytes.subarray(0, HEAD_BYTES & ~1);
  if (head.length < 8) return undefined;
  const nuls = [0, 0];
  for (let i = 0; i < head.length; i += 1) if (head[i] === 0) nuls[i & 1]! += 1;
  const half = head.length / 2;
  if (nuls[1]! >= UTF16_NUL_RATIO * half && nuls[0] === 0) return 'UTF-16LE';
  return nuls[0]! >= UTF16_NUL_RATIO * half && nuls[1] === 0 ? 'UTF-16BE' : undefined;
}
