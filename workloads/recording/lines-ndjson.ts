import { type FieldValue, type LineFacts, type LineSink, TRUNCATED_FIX } from './field-value.ts';
import { JsonFields, jsonPath } from './json-fields.ts';
import { PlainLines } from './plain-lines.ts';
import type { RecordingText } from './recording-text.ts';

/** Reads lines of one JSON object each. The payload is the bytes of the line. */
export function readNdjson(text: RecordingText, names: readonly string[], sink: LineSink): LineFacts {
  const fields = new JsonFields(text);
  const paths = names.map((name) => jsonPath(name, text));
  const values: FieldValue[] = [];
  const lines = new PlainLines(text);
  while (lines.next()) {
    const { start, end, line } = lines;
    // Invalid UTF-8 becomes U+FFFD only for this check of the JSON. The payload stays the bytes of the line.
    const source =
      text.encoding === 'latin1' ? text.bytes.toString('latin1', start, end) : text.bytes.toString('utf8', start, end);
    const what = problemOf(source);
    if (what === undefined) {
      for (const [i, path] of paths.entries()) values[i] = fields.value(path, start);
      sink.record(start, end, line, values);
    } else if (what.kind === 'not-json' && lines.isCut) {
      sink.problem({ code: 'REPLAY_TRUNCATED', line, what: 'ends in the middle of a record.', fix: TRUNCATED_FIX });
    } else {
      const column = what.offset === undefined ? {} : { column: what.offset + 1 };
      sink.problem({ code: 'REPLAY_MALFORMED', line, ...column, what: what.what, fix: what.fix });
    }
  }
  return { blankLines: lines.blankLines, directiveLines: 0 };
}

interface JsonProblem {
  readonly kind: 'not-json' | 'no-object';
  readonly what: string;
  readonly fix: string;
  readonly offset?: number;
}

function problemOf(source: string): JsonProblem | undefined {
  try {
    const value: unknown = JSON.parse(source);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return undefined;
    return { kind: 'no-object', what: 'is JSON but not an object.', fix: 'Put one JSON object on each line.' };
  } catch (error) {
    const position = error instanceof Error ? / at position (\d+)/u.exec(error.message)?.[1] : undefined;
    const place = position === undefined ? {} : { offset: Number(position) };
    return { kind: 'not-json', what: 'is not JSON.', fix: 'Correct the line, or state another format.', ...place };
  }
}
