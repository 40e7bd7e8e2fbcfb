import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ExitCode } from '../../errors/exit-code.ts';
import type { KinesisTargetSpec } from '../../workloads/targets/kinesis.ts';
import { parseDurationNs } from '../../workloads/units.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { STDIN_PATH } from '../plan/input/trace/byte-blocks.ts';
import { mergeSketches } from '../sketch/merge-sketches.ts';
import type { KeySketch } from '../sketch/sketch.ts';
import { readSketch, sketchText } from '../sketch/sketch-file.ts';
import { sketchSummary, summaryText } from '../sketch/sketch-summary.ts';
import { watchInterrupts } from './interrupt.ts';
import { openProgressLine, type ProgressLine } from './progress-line.ts';
import { type TraceReadFlags, traceReadOptions } from './trace-read-options.ts';
import { writeText } from './write-text.ts';

export interface SketchCommandOptions extends TraceReadFlags {
  readonly inputs: readonly string[];
  readonly out: string;
  readonly for?: string | undefined;
  readonly from?: 'latest' | 'trim-horizon' | undefined;
  readonly step?: string | undefined;
  readonly 'keep-keys'?: boolean | undefined;
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly protocol?: 'http1' | 'http2' | undefined;
  readonly force?: boolean | undefined;
  readonly json?: boolean | undefined;
}

const STREAM = /^kinesis:(.*)$/u;
const DEFAULT_FOR = '1m';
const FOR_MAX_NS = 24 * 3600e9;
const STEP_MAX_SECONDS = 86_400;
const CALL_TIMEOUT_NS = 10e9;
const RECORD_MAX_BYTES = 10 * 2 ** 20;

/** Writes a key sketch of a stream or a trace, or merges sketches. */
export async function commandSketch(options: SketchCommandOptions): Promise<ExitCode> {
  await rejectOverwrite(options);
  const progress = openProgressLine();
  try {
    const { sketch, notes, wasInterrupted } = await sketchFrom(options, progress);
    progress.clear();
    await writeText(options.out, sketchText(sketch));
    print(sketch, notes, options);
    return wasInterrupted ? ExitCode.interrupted : ExitCode.passed;
  } finally {
    progress.clear();
  }
}

interface Sketched {
  readonly sketch: KeySketch;
  readonly notes: readonly string[];
  readonly wasInterrupted: boolean;
}

async function sketchFrom(options: SketchCommandOptions, progress: ProgressLine): Promise<Sketched> {
  // yargs omits a single dash. Without any input it rejects the command line itself.
  const [first = STDIN_PATH, ...others] = options.inputs;
  if (first === 'merge') return mergeFiles(others);
  if (others.length > 0) {
    const fix = 'Sketch each input, then merge: streamgauge sketch merge A B --out FILE.';
    throw usage(`sketch accepts one input, got ${options.inputs.length}`, fix);
  }
  const stream = STREAM.exec(first)?.[1];
  return stream === undefined ? sketchTrace(first, options, progress) : sketchStream(stream, options, progress);
}

async function mergeFiles(files: readonly string[]): Promise<Sketched> {
  if (files.length < 2) throw usage('sketch merge needs at least two sketches', 'Name the files of two or more.');
  const parts: KeySketch[] = [];
  for (const file of files) parts.push(await readSketch(file));
  return { sketch: mergeSketches(parts), notes: [], wasInterrupted: false };
}

async function sketchTrace(path: string, options: SketchCommandOptions, progress: ProgressLine): Promise<Sketched> {
  const given = (['for', 'from', 'endpoint', 'region', 'protocol'] as const).find(
    (name) => options[name] !== undefined,
  );
  if (given !== undefined)
    throw usage(`--${given} needs a stream`, `Remove --${given}, or name a stream: kinesis:STREAM.`);
  const { sketchOfTrace } = await import('../sketch/sketch-of-trace.ts');
  const sketched = await sketchOfTrace(path, {
    source: path === STDIN_PATH ? 'standard input' : basename(path),
    stepSeconds: stepOf(options.step),
    keepKeys: options['keep-keys'],
    trace: {
      ...traceReadOptions(options),
      onProgress: (done, records) => progress.show(progressText(path, done, records)),
    },
  });
  return { ...sketched, wasInterrupted: false };
}

async function sketchStream(stream: string, options: SketchCommandOptions, progress: ProgressLine): Promise<Sketched> {
  const { sketchOfStream } = await import('../sketch/sketch-of-stream.ts');
  const interrupts = watchInterrupts(() =>
    process.stderr.write('Interrupted: saving the sketch of what was read. Interrupt again to end at once.\n'),
  );
  try {
    const sketch = await sketchOfStream({
      source: `stream ${stream}`,
      stepSeconds: stepOf(options.step),
      keepKeys: options['keep-keys'],
      target: targetOf(stream, options),
      forNs: forOf(options.for),
      from: options.from ?? 'latest',
      signal: interrupts.signal,
      onProgress: (done, records) => progress.show(progressText(stream, done, records)),
    });
    return { sketch, notes: [], wasInterrupted: interrupts.signal.aborted };
  } finally {
    interrupts.stop();
  }
}

function targetOf(stream: string, { endpoint, region, protocol = 'http2' }: SketchCommandOptions): KinesisTargetSpec {
  if (!/^[a-zA-Z0-9_.-]{1,128}$/u.test(stream)) {
    throw usage(`a stream's name must be 1 to 128 letters, digits, _ . or -, got "${stream}"`, 'Write kinesis:STREAM.');
  }
  if (endpoint !== undefined && !(URL.canParse(endpoint) && /^https?:$/u.test(new URL(endpoint).protocol))) {
    throw usage(`--endpoint must be an http:// or https:// address, got "${endpoint}"`, 'Write http://127.0.0.1:4567.');
  }
  return {
    kind: 'kinesis',
    stream,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    client: 'sdk',
    put: 'records',
    aggregate: false,
    protocol,
    maxRecordBytes: RECORD_MAX_BYTES,
    timeoutNs: CALL_TIMEOUT_NS,
  };
}

function forOf(text = DEFAULT_FOR): number {
  const quantity = parseDurationNs(text);
  if (quantity.kind === 'value' && quantity.value > 0 && quantity.value <= FOR_MAX_NS) return quantity.value;
  throw usage(`--for must be a duration above 0, at most 24h, got "${text}"`, 'Write a duration such as 10m.');
}

function stepOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const quantity = parseDurationNs(text);
  const seconds = quantity.kind === 'value' ? quantity.value / 1e9 : Number.NaN;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= STEP_MAX_SECONDS) return seconds;
  throw usage(`--step must be whole seconds, at most a day, got "${text}"`, 'Write a duration such as 1s or 1m.');
}

async function rejectOverwrite({ out, force }: SketchCommandOptions): Promise<void> {
  if (force === true) return;
  const found = await stat(out).catch(() => undefined);
  if (found?.isFile() !== true) return;
  throw runnerError('RUNNER_FILE_EXISTS', {
    what: `${out} already exists`,
    fix: 'Name another file, or overwrite this one with --force.',
  });
}

function print(sketch: KeySketch, notes: readonly string[], { out, json }: SketchCommandOptions): void {
  const summary = sketchSummary(sketch);
  if (json === true) process.stdout.write(`${JSON.stringify({ ...summary, file: out, notes }, undefined, 2)}\n`);
  else {
    for (const note of notes) process.stderr.write(`${note}\n`);
    process.stdout.write(`${summaryText(summary)}\nSaved ${out}\n`);
  }
}

function progressText(what: string, doneRatio: number | undefined, records: number): string {
  const done = doneRatio === undefined ? '' : `${Math.floor(100 * doneRatio)}%, `;
  return `reading ${what}: ${done}${records.toLocaleString('en-US')} records`;
}

function usage(what: string, fix: string): RunnerError {
  return runnerError('RUNNER_USAGE', { what, fix });
}
