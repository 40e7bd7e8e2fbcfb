const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const WORD = /^(?:-?\d[\d.eE+-]*|true|false|null)$/;

/**
 * Finds JSON values that follow each other, with or without white space between them. It finds only where they end: whether
 * a value is valid JSON shows when it is parsed.
 * @returns views of the values, or undefined if the last one has no end.
 */
export function jsonValuesIn(data: Uint8Array): readonly Uint8Array[] | undefined {
  const values: Uint8Array[] = [];
  for (let at = skipSpace(data, 0); at < data.length; at = skipSpace(data, at)) {
    const end = endOfValue(data, at);
    if (end === undefined) return undefined;
    values.push(data.subarray(at, end));
    at = end;
  }
  return values;
}

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

function skipSpace(data: Uint8Array, start: number): number {
  let at = start;
  while (at < data.length && isSpace(data[at]!)) at += 1;
  return at;
}

function endOfValue(data: Uint8Array, start: number): number | undefined {
  const first = data[start];
  if (first === QUOTE) return endOfText(data, start);
  return first === OPEN_BRACE || first === OPEN_BRACKET ? endOfContainer(data, start) : endOfWord(data, start);
}

function endOfContainer(data: Uint8Array, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < data.length; at++) {
    switch (data[at]) {
      case QUOTE: {
        const end = endOfText(data, at);
        if (end === undefined) return undefined;
        at = end - 1;
        break;
      }
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth += 1;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth -= 1;
        if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

function endOfText(data: Uint8Array, start: number): number | undefined {
  for (let at = start + 1; at < data.length; at++) {
    if (data[at] === BACKSLASH) at += 1;
    else if (data[at] === QUOTE) return at + 1;
  }
  return undefined;
}

/** A number or a literal ends where anything else begins. Words of text are no values. */
function endOfWord(data: Uint8Array, start: number): number | undefined {
  let at = start + 1;
  while (at < data.length) {
    const byte = data[at]!;
    if (isSpace(byte) || byte === QUOTE || byte === OPEN_BRACE || byte === OPEN_BRACKET) break;
    at += 1;
  }
  return WORD.test(Buffer.from(data.subarray(start, at)).toString('latin1')) ? at : undefined;
}
