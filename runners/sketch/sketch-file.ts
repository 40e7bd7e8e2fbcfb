import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Histogram } from '../../reports/histogram/histogram.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { DISTINCT_REGISTERS, DistinctKeys } from './distinct-keys.ts';
import { bytesOf, type KeySketch, recordsOf, SKETCH_RANGES, STEP_RANGES, STEPS_MAX } from './sketch.ts';
import { packNumbers, unpackNumbers } from './whole-numbers.ts';

/** Marks each file, so that it differs from other JSON. */
const SKETCH_SCHEMA = 'streamgauge key sketch';
const SKETCH_VERSION = 1;
const FILE_MAX_BYTES = 512 * 2 ** 20;

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const sketchFile = z.strictObject({
  schema: z.literal(SKETCH_SCHEMA),
  version: z.literal(SKETCH_VERSION),
  sources: z.array(z.string()).min(1),
  records: count,
  bytes: count,
  start: z.string(),
  startSeconds: z.int(),
  stepSeconds: z.int().min(1).max(86_400),
  steps: z.int().min(1).max(STEPS_MAX),
  rangesOfStep: z.literal(STEP_RANGES),
  recordsByStep: z.string(),
  bytesByStep: z.string(),
  recordsByRange: z.string(),
  bytesByRange: z.string(),
  keys: z.array(
    z.strictObject({
      md5: z.string().regex(/^[0-9a-f]{32}$/u),
      key: z.string().optional(),
      recordsMin: count,
      recordsMax: count,
      weighedRecords: count.min(1),
      weighedBytes: count,
    }),
  ),
  unlistedRecordsMax: count,
  distinctKeys: z.string(),
  keySizes: z.string(),
  dataSizes: z.string(),
});

/** True for the JSON of a sketch of any version. */
function isSketchJson(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'schema' in value && value.schema === SKETCH_SCHEMA;
}

/** The text of a sketch's file: the same sketch always gives the same bytes. */
export function sketchText(sketch: KeySketch): string {
  const file: z.input<typeof sketchFile> = {
    schema: SKETCH_SCHEMA,
    version: SKETCH_VERSION,
    sources: [...sketch.sources],
    records: recordsOf(sketch),
    bytes: bytesOf(sketch),
    start: new Date(sketch.startSeconds * 1000).toISOString(),
    startSeconds: sketch.startSeconds,
    stepSeconds: sketch.stepSeconds,
    steps: sketch.steps,
    rangesOfStep: STEP_RANGES,
    recordsByStep: packNumbers(sketch.recordsByStep),
    bytesByStep: packNumbers(sketch.bytesByStep),
    recordsByRange: packNumbers(sketch.recordsByRange),
    bytesByRange: packNumbers(sketch.bytesByRange),
    keys: sketch.keys.map(({ md5, key, recordsMin, recordsMax, weighedRecords, weighedBytes }) => {
      const named = key === undefined ? {} : { key };
      return { md5, ...named, recordsMin, recordsMax, weighedRecords, weighedBytes };
    }),
    unlistedRecordsMax: sketch.unlistedRecordsMax,
    distinctKeys: Buffer.from(sketch.distinct.registers).toString('base64'),
    keySizes: sketch.keySizes.encodePlain(),
    dataSizes: sketch.dataSizes.encodePlain(),
  };
  return `${JSON.stringify(file, undefined, 1)}\n`;
}

/** @throws RunnerError RUNNER_SKETCH_UNREADABLE, RUNNER_INPUT_UNREADABLE */
export async function readSketch(path: string): Promise<KeySketch> {
  let text: string;
  try {
    const bytes = await readFile(path);
    if (bytes.length > FILE_MAX_BYTES) throw new Error(`it has more than ${FILE_MAX_BYTES / 2 ** 20} MiB`);
    text = bytes.toString('utf8');
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : String(error);
    throw runnerError('RUNNER_INPUT_UNREADABLE', {
      what: `${path} cannot be read: ${reason}`,
      fix: 'Give the path of a key sketch, as `streamgauge sketch` writes it.',
      cause: error,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong(path, `it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return sketchOf(value, path);
}

/** @throws RunnerError RUNNER_SKETCH_UNREADABLE @internal */
export function sketchOf(value: unknown, where: string): KeySketch {
  if (!isSketchJson(value)) throw wrong(where, 'it is JSON and not a key sketch');
  const version: unknown = (value as { readonly version?: unknown }).version;
  if (typeof version === 'number' && version > SKETCH_VERSION) {
    throw wrong(where, `it has version ${version}, and this streamgauge reads version ${SKETCH_VERSION}`);
  }
  const parsed = sketchFile.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw wrong(where, `${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'another form'}`);
  }
  const file = parsed.data;
  const numbers = (name: 'recordsByStep' | 'bytesByStep' | 'recordsByRange' | 'bytesByRange', length: number) => {
    const values = unpackNumbers(file[name], length);
    if (values === undefined) throw wrong(where, `${name} does not hold ${length} whole numbers`);
    return values;
  };
  const registers = Buffer.from(file.distinctKeys, 'base64');
  if (registers.length !== DISTINCT_REGISTERS)
    throw wrong(where, `distinctKeys does not hold ${DISTINCT_REGISTERS} bytes`);
  const sketch: KeySketch = {
    sources: file.sources,
    stepSeconds: file.stepSeconds,
    startSeconds: file.startSeconds,
    steps: file.steps,
    recordsByStep: numbers('recordsByStep', file.steps * STEP_RANGES),
    bytesByStep: numbers('bytesByStep', file.steps * STEP_RANGES),
    recordsByRange: numbers('recordsByRange', SKETCH_RANGES),
    bytesByRange: numbers('bytesByRange', SKETCH_RANGES),
    keys: file.keys.map(({ key, ...counts }) => ({ ...counts, ...(key === undefined ? {} : { key }) })),
    unlistedRecordsMax: file.unlistedRecordsMax,
    distinct: new DistinctKeys(registers),
    keySizes: histogram(file.keySizes, where),
    dataSizes: histogram(file.dataSizes, where),
  };
  if (recordsOf(sketch) !== file.records || bytesOf(sketch) !== file.bytes || sketch.dataSizes.count !== file.records) {
    throw wrong(where, 'its sums disagree, so it was changed or damaged');
  }
  return sketch;
}

function histogram(base64: string, where: string): Histogram {
  try {
    return Histogram.decode(base64);
  } catch (error) {
    throw wrong(where, error instanceof Error ? error.message : String(error));
  }
}

function wrong(where: string, what: string): RunnerError {
  return runnerError('RUNNER_SKETCH_UNREADABLE', {
    what: `the file is not a key sketch that can be read: ${what}`,
    where,
    fix: 'Give the file as `streamgauge sketch` wrote it.',
  });
}
