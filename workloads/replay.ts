import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { type Problem, ScenarioError } from './errors.ts';
import { readBytes } from './files.ts';
import { type LineProblem, readLines, timeOf } from './replay-lines.ts';
import type { ReplaySpec, Workload } from './scenario.ts';
import { KEY_MAX_CHARACTERS } from './schema-fields.ts';

/**
 * A recording in memory, laid out so that threads share it without copying. Record i's payload is
 * `bytes[offsets[i] .. offsets[i] + lengths[i])`. With times, records are in time order (equal times in file order).
 */
export interface Replay {
  readonly count: number;
  /** All payloads, each starting at a multiple of 8. Over a SharedArrayBuffer, as are all arrays here. */
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly offsets: Int32Array<SharedArrayBuffer>;
  readonly lengths: Int32Array<SharedArrayBuffer>;
  /** The different keys in order of first use, when a key field was asked for. */
  readonly keys?: readonly string[];
  /** For each record its place in `keys`. */
  readonly keyIndexes?: Int32Array<SharedArrayBuffer>;
  /** ns after the first record, never decreasing, as recorded (not yet divided by the replay's speed). */
  readonly timesNs?: Float64Array<SharedArrayBuffer>;
  /** Records that the file holds later than a younger one. */
  readonly outOfOrderCount: number;
  readonly sha256: string;
}

export interface ReplayNeeds {
  readonly keyField?: string;
  readonly needsTimes?: boolean;
  readonly maxRecordBytes: number;
}

export type ReplayRead =
  | { readonly kind: 'read'; readonly replay: Replay }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

export const REPLAY_LIMIT_BYTES = 256 * 2 ** 20;
/** One wrong line is often many: name the first ones and count the rest. */
const PROBLEMS_SHOWN = 5;

/** What a resolved workload needs of its recording; undefined when it replays nothing. */
export function replayNeeds(workload: Pick<Workload, 'arrivals' | 'keys'>, maxRecordBytes: number): ReplayNeeds {
  return {
    maxRecordBytes,
    needsTimes: workload.arrivals.kind === 'recorded',
    ...(workload.keys.kind === 'field' ? { keyField: workload.keys.field } : {}),
  };
}

/**
 * Reads the recording of a workload that replays one.
 * @throws ScenarioError with every problem of the file, when it changed or went away since the scenario was resolved.
 */
export function loadReplay(workload: Workload, maxRecordBytes: number): Replay | undefined {
  if (workload.payload.kind !== 'replay') return undefined;
  const read = readReplay(workload.payload.replay, replayNeeds(workload, maxRecordBytes), 'payload.replay');
  if (read.kind === 'problems') throw new ScenarioError(read.problems, `The recording of workload '${workload.name}'`);
  return read.replay;
}

/** @param path where the scenario names the file, for its problems. */
export function readReplay(spec: ReplaySpec, needs: ReplayNeeds, path: string): ReplayRead {
  const name = basename(spec.path);
  const fail = (code: Problem['code'], what: string, fix: string): ReplayRead => ({
    kind: 'problems',
    problems: [{ code, path: `${path}.file`, what, fix }],
  });
  const file = readBytes(spec.path, REPLAY_LIMIT_BYTES);
  if (file.kind === 'unreadable') {
    return fail(
      'REPLAY_MISSING',
      `'${spec.path}' cannot be read: ${file.reason}.`,
      'Correct the path, or use sample:NAME.',
    );
  }
  if (file.kind === 'too-big') {
    return fail('REPLAY_TOO_BIG', `'${name}' has ${file.sizeBytes} bytes.`, 'Replay at most 256 MiB: cut the file.');
  }
  const columns = collect(file.bytes, spec, needs);
  if (columns.problems.length > 0) return { kind: 'problems', problems: shownProblems(columns.problems, name, path) };
  if (columns.payloads.length === 0)
    return fail('REPLAY_EMPTY', `'${name}' holds no record.`, 'Replay a file with records.');
  return { kind: 'read', replay: layOut(columns, createHash('sha256').update(file.bytes).digest('hex')) };
}

interface Columns {
  readonly payloads: Uint8Array[];
  readonly keys: string[];
  readonly timesMs: number[];
  readonly problems: LineProblem[];
}

function collect(bytes: Uint8Array, spec: ReplaySpec, needs: ReplayNeeds): Columns {
  const columns: Columns = { payloads: [], keys: [], timesMs: [], problems: [] };
  const wantsTimes = needs.needsTimes === true || spec.timeField !== undefined;
  const problem = (found: LineProblem) => columns.problems.push(found);
  readLines(bytes, spec.format, {
    problem,
    record(record) {
      const { line } = record;
      columns.payloads.push(record.bytes);
      if (record.bytes.length > needs.maxRecordBytes) {
        const what = `has ${record.bytes.length} bytes, and the target takes ${needs.maxRecordBytes}.`;
        problem({
          code: 'RECORD_TOO_LARGE',
          line,
          what,
          fix: "Shorten the line, or raise the target's maxRecordBytes.",
        });
      }
      if (needs.keyField !== undefined) {
        const key = keyText(record.field(needs.keyField));
        columns.keys.push(key);
        if (key === '') {
          const fix =
            spec.format === 'log' ? "Log lines have the field 'address'." : 'Name a field that every record has.';
          problem({ code: 'REPLAY_FIELD', line, what: `has no usable key in '${needs.keyField}'.`, fix });
        } else if (key.length > KEY_MAX_CHARACTERS && [...key].length > KEY_MAX_CHARACTERS) {
          const what = `has a key of over ${KEY_MAX_CHARACTERS} characters in '${needs.keyField}'.`;
          problem({ code: 'KEY_TOO_LONG', line, what, fix: 'Name a field with shorter values.' });
        }
      }
      if (wantsTimes) {
        const timeMs = timeOf(record, spec.timeField);
        columns.timesMs.push(timeMs ?? 0);
        if (timeMs === undefined) {
          const what = `has no readable time in '${spec.timeField ?? 'time'}'.`;
          const fix = 'Name a field with epoch ms, an ISO time, a date, or an access log time.';
          problem({ code: 'REPLAY_TIME', line, what, fix });
        }
      }
    },
  });
  return columns;
}

function keyText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function shownProblems(found: readonly LineProblem[], name: string, path: string): Problem[] {
  const shown = found.slice(0, PROBLEMS_SHOWN).map(
    ({ code, line, what, fix }): Problem => ({
      code,
      path: `${path}.file`,
      what: `'${name}' line ${line} ${what}`,
      fix,
    }),
  );
  const rest = found.length - shown.length;
  const last = found.at(-1);
  if (rest > 0 && last !== undefined) {
    const what = `'${name}' has ${rest} more such lines, the last one is line ${last.line}.`;
    shown.push({ code: last.code, path: `${path}.file`, what, fix: last.fix });
  }
  return shown;
}

function layOut(columns: Columns, sha256: string): Replay {
  const count = columns.payloads.length;
  const order = timeOrder(columns.timesMs, count);
  let totalBytes = 0;
  for (const payload of columns.payloads) totalBytes += alignedBytes(payload.length);
  const bytes = new Uint8Array(new SharedArrayBuffer(totalBytes));
  const offsets = new Int32Array(new SharedArrayBuffer(count * 4));
  const lengths = new Int32Array(new SharedArrayBuffer(count * 4));
  let offset = 0;
  for (const [index, from] of order.entries()) {
    const payload = columns.payloads[from]!;
    bytes.set(payload, offset);
    offsets[index] = offset;
    lengths[index] = payload.length;
    offset += alignedBytes(payload.length);
  }
  return {
    count,
    bytes,
    offsets,
    lengths,
    sha256,
    ...layOutTimes(columns.timesMs, order),
    ...(columns.keys.length > 0 ? layOutKeys(columns.keys, order) : {}),
  };
}

const alignedBytes = (length: number) => (length + 7) & ~7;

/** Stable, so that records of one second keep the file's order. */
function timeOrder(timesMs: readonly number[], count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  return timesMs.length === 0 ? order : order.sort((a, b) => timesMs[a]! - timesMs[b]! || a - b);
}

function layOutTimes(timesMs: readonly number[], order: Uint32Array): Pick<Replay, 'timesNs' | 'outOfOrderCount'> {
  if (timesMs.length === 0) return { outOfOrderCount: 0 };
  const timesNs = new Float64Array(new SharedArrayBuffer(order.length * 8));
  const firstMs = timesMs[order[0]!]!;
  for (const [index, from] of order.entries()) timesNs[index] = Math.round((timesMs[from]! - firstMs) * 1e6);
  let outOfOrderCount = 0;
  let youngestMs = Number.NEGATIVE_INFINITY;
  for (const timeMs of timesMs) {
    if (timeMs < youngestMs) outOfOrderCount += 1;
    else youngestMs = timeMs;
  }
  return { timesNs, outOfOrderCount };
}

function layOutKeys(recordKeys: readonly string[], order: Uint32Array): Pick<Replay, 'keys' | 'keyIndexes'> {
  const places = new Map<string, number>();
  const keyIndexes = new Int32Array(new SharedArrayBuffer(order.length * 4));
  for (const [index, from] of order.entries()) {
    const key = recordKeys[from]!;
    const place = places.get(key) ?? places.size;
    places.set(key, place);
    keyIndexes[index] = place;
  }
  return { keys: [...places.keys()], keyIndexes };
}
