import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { type Problem, scenarioError } from './errors.ts';
import { fileVersion, readBytes } from './files.ts';
import { Columns, PROBLEMS_SHOWN, type ReplayNeeds } from './recording/collect-records.ts';
import type { LineProblem } from './recording/field-value.ts';
import { layOut, type RecordLayout } from './recording/lay-out.ts';
import { unpack } from './recording/recording-file.ts';
import { openText } from './recording/recording-text.ts';
import type { ReplayFacts } from './recording/replay-facts.ts';
import type { ReplaySpec, Workload } from './scenario.ts';

/** A recording in memory. Its payloads and keys are bytes of the file. */
export interface Replay extends RecordLayout {
  readonly facts: ReplayFacts;
  /** SHA-256 of the decompressed content of the file, in hex. */
  readonly sha256: string;
}

export type { ReplayNeeds };

export type ReplayRead =
  | { readonly kind: 'read'; readonly replay: Replay }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

const REPLAY_LIMIT_BYTES = 256 * 2 ** 20;

/** Parts of its recording that a resolved workload needs. */
export function replayNeeds(workload: Pick<Workload, 'arrivals' | 'keys'>, maxRecordBytes: number): ReplayNeeds {
  return {
    maxRecordBytes,
    needsTimes: workload.arrivals.kind === 'recorded',
    ...(workload.keys.kind === 'field' ? { keyField: workload.keys.field } : {}),
  };
}

/**
 * Reads the recording of a workload; undefined if the workload has none.
 * @throws ScenarioError with every problem of the file, also if it changed or was deleted after the scenario was resolved.
 */
export function loadReplay(workload: Workload, maxRecordBytes: number): Replay | undefined {
  if (workload.payload.kind !== 'replay') return undefined;
  const spec = workload.payload.replay;
  const read = readReplay(spec, replayNeeds(workload, maxRecordBytes), 'payload.replay');
  const name = `The recording of workload '${workload.name}'`;
  if (read.kind === 'problems') throw scenarioError(read.problems, name);
  if (spec.sha256 !== undefined && spec.sha256 !== read.replay.sha256) {
    const what = `'${basename(spec.path)}' changed after the scenario was read.`;
    const fix = 'Start the run again, and do not change the file meanwhile.';
    throw scenarioError([{ code: 'REPLAY_CHANGED', path: 'payload.replay.file', what, fix }], name);
  }
  return read.replay;
}

/**
 * The last recording that was read. A run needs it three times: to resolve the scenario, to print its plan and to start. It is
 * read again only if the garbage collector freed it.
 */
let recent: { readonly request: string; readonly replay: WeakRef<Replay> } | undefined;

/** @param path Path of the key in the scenario, for problems. */
export function readReplay(spec: ReplaySpec, needs: ReplayNeeds, path: string): ReplayRead {
  const { sha256: _, ...how } = spec;
  const request = JSON.stringify([fileVersion(spec.path), how, needs]);
  const known = recent?.request === request ? recent.replay.deref() : undefined;
  if (known !== undefined) return { kind: 'read', replay: known };
  const read = readFile(spec, needs, path);
  recent = read.kind === 'read' ? { request, replay: new WeakRef(read.replay) } : undefined;
  return read;
}

function readFile(spec: ReplaySpec, needs: ReplayNeeds, path: string): ReplayRead {
  const name = basename(spec.path);
  const fail = (code: Problem['code'], what: string, fix: string): ReplayRead => ({
    kind: 'problems',
    problems: [{ code, path: `${path}.file`, what, fix }],
  });
  const file = readBytes(spec.path, REPLAY_LIMIT_BYTES);
  if (file.kind === 'unreadable') {
    const what = `'${spec.path}' cannot be read: ${file.reason}.`;
    return fail('REPLAY_MISSING', what, 'Correct the path, or use sample:NAME.');
  }
  if (file.kind === 'too-big') {
    const what = `'${name}' has ${file.sizeBytes} bytes.`;
    return fail('REPLAY_TOO_BIG', what, 'Replay at most 256 MiB: cut the file.');
  }
  const unpacked = unpack(file.bytes, REPLAY_LIMIT_BYTES);
  if (unpacked.kind === 'problem') return fail(unpacked.code, `'${name}' ${unpacked.what}`, unpacked.fix);
  const { bytes, compression } = unpacked;
  const opened = openText(bytes, spec.encoding ?? 'utf-8');
  if (opened.kind === 'problem') return fail(opened.code, `'${name}' ${opened.what}`, opened.fix);
  const columns = new Columns(opened.text, spec, needs);
  const lineFacts = columns.read();
  if (columns.problemCount > 0) return { kind: 'problems', problems: shownProblems(columns, name, path) };
  const { skippedWithoutKey, skippedWithoutTime } = columns;
  if (columns.starts.length === 0) return fail('REPLAY_EMPTY', ...emptyProblem(name, columns));
  const layout = layOut(bytes, columns);
  const format = columns.times.format;
  const times = format === undefined || layout.span === undefined ? {} : { times: { format, ...layout.span } };
  const facts = { ...lineFacts, compression, skippedWithoutKey, skippedWithoutTime, ...times };
  return { kind: 'read', replay: { ...layout.records, facts, sha256: sha256Of(bytes) } };
}

function emptyProblem(name: string, { skippedWithoutKey, skippedWithoutTime }: Columns): [what: string, fix: string] {
  const skipped = skippedWithoutKey + skippedWithoutTime;
  if (skipped === 0) return [`'${name}' holds no record.`, 'Replay a file with records.'];
  const field = skippedWithoutKey > 0 ? 'key' : 'time';
  return [`'${name}' has no ${field} in any of its records, and all ${skipped} were skipped.`, 'Name another field.'];
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function shownProblems({ problems, problemCount, lastProblem }: Columns, name: string, path: string): Problem[] {
  const shown = problems.map(
    (found): Problem => ({
      code: found.code,
      path: `${path}.file`,
      what: `'${name}' ${placeText(found)} ${found.what}`,
      fix: found.fix,
    }),
  );
  const rest = problemCount - PROBLEMS_SHOWN;
  if (rest > 0 && lastProblem !== undefined) {
    const what = `'${name}' has ${rest} more such lines, the last one is line ${lastProblem.line}.`;
    shown.push({ code: lastProblem.code, path: `${path}.file`, what, fix: lastProblem.fix });
  }
  return shown;
}

function placeText({ line, column }: LineProblem): string {
  return column === undefined ? `line ${line}` : `line ${line} column ${column}`;
}
