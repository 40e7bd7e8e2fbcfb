import { z } from 'zod';
import { reportError } from '../errors.ts';
import type { Environment, Result } from '../result/result.ts';
import { measurementsOf } from '../summary/summary.ts';
import { measureMetric } from '../verdict/metric.ts';
import { METRIC_NAMES, parseMetric } from '../verdict/threshold-grammar.ts';

/**
 * A history is a file of JSON lines, one for each result, small enough to be committed or kept in a cache of CI, and lines
 * that say what people decided about it. Lines are appended and never changed.
 */
export const HISTORY_SCHEMA_VERSION = 1;

/** What of an environment moves numbers. */
export type Machine = Pick<Environment, 'cpuModel' | 'cores' | 'memoryBytes' | 'kernel' | 'nodeVersion'>;

export interface HistoryResult {
  readonly schemaVersion: typeof HISTORY_SCHEMA_VERSION;
  readonly kind: 'result';
  readonly startedAt: string;
  /** Of the code under test, where the run was started in its repository. */
  readonly commit?: string;
  readonly scenario: string;
  readonly scenarioHash: string;
  /** The scenario's hash without its seed and thresholds: equal where the same load was made. */
  readonly loadHash: string;
  readonly seed: number;
  readonly machine: Machine;
  readonly toolVersion: string;
  readonly validity: 'valid' | 'invalid';
  /** By the names of thresholds, in their units: ns, ratio, records, records or bytes a second. Without what was too little. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** What a metric's values looked like when somebody said that they are the new normal. */
export interface AcceptedLevel {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation of the population. */
  readonly deviation: number;
}

/** The present level is the new normal: no worsening until here is held against later results. */
export interface HistoryAccept {
  readonly schemaVersion: typeof HISTORY_SCHEMA_VERSION;
  readonly kind: 'accept';
  readonly at: string;
  readonly commit?: string;
  readonly note?: string;
  readonly machine: Machine;
  readonly levels: Readonly<Record<string, AcceptedLevel>>;
  /** The undelivered share that is usual from a result on; without it what was usual before stays so. */
  readonly delivery?: AcceptedDelivery;
}

interface AcceptedDelivery {
  readonly undeliveredRatio: number;
  /** When the accepted result started. */
  readonly since: string;
}

/** The history begins anew: nothing before this line is looked at. */
export interface HistoryReset {
  readonly schemaVersion: typeof HISTORY_SCHEMA_VERSION;
  readonly kind: 'reset';
  readonly at: string;
  readonly commit?: string;
  readonly note?: string;
}

export type HistoryLine = HistoryResult | HistoryAccept | HistoryReset;

/** A line, and where it stands: `history.jsonl:12`, or the file of a whole result. */
export interface Located<L extends HistoryLine = HistoryLine> {
  readonly line: L;
  readonly where: string;
}

export interface ParsedHistory {
  readonly lines: readonly Located[];
  /** The last line where it ends in the middle, as after a crash of the writer; it counts for nothing. */
  readonly torn: { readonly where: string } | undefined;
  /** The text without a torn line. */
  readonly whole: string;
}

const MAX_TEXT = 10_000;
const MAX_METRICS = 1000;
const text = z.string().max(MAX_TEXT);
const version = z.literal(HISTORY_SCHEMA_VERSION);
const when = z.iso.datetime();
const machine = z.object({
  cpuModel: text,
  cores: z.int().nonnegative(),
  memoryBytes: z.number().nonnegative(),
  kernel: text,
  nodeVersion: text,
});
const decision = { schemaVersion: version, at: when, commit: text.exactOptional(), note: text.exactOptional() };
const few = (record: Readonly<Record<string, unknown>>) => Object.keys(record).length <= MAX_METRICS;
/** No metric is below 0. */
const value = z.number().nonnegative();
const level = z.object({ count: z.int().positive(), mean: value, deviation: z.number().nonnegative() });

const lineSchema: z.ZodType<HistoryLine> = z.discriminatedUnion('kind', [
  z.object({
    schemaVersion: version,
    kind: z.literal('result'),
    startedAt: when,
    commit: text.exactOptional(),
    scenario: text,
    scenarioHash: text,
    loadHash: text,
    seed: z.number(),
    machine,
    toolVersion: text,
    validity: z.enum(['valid', 'invalid']),
    metrics: z.record(text, value).refine(few),
  }),
  z.object({
    ...decision,
    kind: z.literal('accept'),
    machine,
    levels: z.record(text, level).refine(few),
    delivery: z.object({ undeliveredRatio: z.number().min(0).max(1), since: when }).exactOptional(),
  }),
  z.object({ ...decision, kind: z.literal('reset') }),
]);

/** @param loadHash see HistoryResult. */
export function historyLineOf(result: Result, loadHash: string): HistoryResult {
  const { environment, startedAt, scenario, scenarioHash, seed, tool, validity } = result;
  const { cpuModel, cores, memoryBytes, kernel, nodeVersion, gitCommit } = environment;
  return {
    schemaVersion: HISTORY_SCHEMA_VERSION,
    kind: 'result',
    startedAt,
    ...(gitCommit === undefined ? {} : { commit: gitCommit }),
    scenario: scenario.name,
    scenarioHash,
    loadHash,
    seed,
    machine: { cpuModel, cores, memoryBytes, kernel, nodeVersion },
    toolVersion: tool.version,
    validity: validity.kind,
    metrics: metricsOf(result),
  };
}

function metricsOf(result: Result): Record<string, number> {
  const measurements = measurementsOf(result);
  const metrics: Record<string, number> = {};
  for (const name of METRIC_NAMES) {
    const { actual } = measureMetric(parseMetric(name), measurements);
    if (actual !== null) metrics[name] = actual;
  }
  return metrics;
}

export function writeHistoryLine(line: HistoryLine): string {
  return `${JSON.stringify(line)}\n`;
}

/**
 * @param file how to call the text in errors and places.
 * @throws HISTORY_DAMAGED where a line that is not the last is none of ours, HISTORY_TOO_NEW
 */
export function parseHistory(content: string, file: string): ParsedHistory {
  const rows = content.split('\n');
  const lines: Located[] = [];
  for (const [index, row] of rows.entries()) {
    if (row.trim() === '') continue;
    const where = `${file}:${index + 1}`;
    const parsed = parseJson(row);
    if (parsed === undefined && index === rows.length - 1) {
      return { lines, torn: { where }, whole: content.slice(0, content.length - row.length) };
    }
    lines.push({ line: checkLine(parsed, where), where });
  }
  return { lines, torn: undefined, whole: content };
}

function parseJson(row: string): unknown {
  try {
    return JSON.parse(row);
  } catch {
    return undefined;
  }
}

function checkLine(content: unknown, where: string): HistoryLine {
  if (typeof content === 'object' && content !== null && 'schemaVersion' in content) {
    const { schemaVersion } = content;
    if (typeof schemaVersion === 'number' && schemaVersion > HISTORY_SCHEMA_VERSION) {
      const what = `schemaVersion=${schemaVersion}, this version reads up to ${HISTORY_SCHEMA_VERSION}`;
      throw reportError('HISTORY_TOO_NEW', { where, what });
    }
  }
  const parsed = lineSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const what =
    content === undefined ? 'not JSON' : `${issue?.path.join('.') || 'line'}: ${issue?.message ?? 'not understood'}`;
  throw reportError('HISTORY_DAMAGED', {
    where,
    what,
  });
}
