import { z } from 'zod';
import { reportError } from '../errors.ts';
import type { Environment, Result } from '../result/result.ts';
import { measurementsOf } from '../summary/summary.ts';
import { measureMetric } from '../verdict/metric.ts';
import { METRIC_NAMES, parseMetric } from '../verdict/threshold-grammar.ts';

/**
 * A history is a file of JSON lines: one for each result, and one for each decision of a person (accept, reset). It is small
 * enough for a commit or a cache of CI. Lines are appended and never changed.
 */
export const HISTORY_SCHEMA_VERSION = 1;

/** The parts of an environment that influence numbers. */
export type Machine = Pick<Environment, 'cpuModel' | 'cores' | 'memoryBytes' | 'kernel' | 'nodeVersion'>;

export interface HistoryResult {
  readonly schemaVersion: typeof HISTORY_SCHEMA_VERSION;
  readonly kind: 'result';
  readonly startedAt: string;
  /** The commit under test, if the run was started in its repository. */
  readonly commit?: string;
  readonly scenario: string;
  readonly scenarioHash: string;
  /** Hash of the scenario without its seed and thresholds: equal for results of the same load. */
  readonly loadHash: string;
  readonly seed: number;
  readonly machine: Machine;
  readonly toolVersion: string;
  readonly validity: 'valid' | 'invalid';
  /**
   * Values by metric name, in the units of thresholds: ns, ratio, records, records or bytes per second. A metric with too few
   * records is absent.
   */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Values of a metric, summed up at the time when a person accepted them as normal. */
export interface AcceptedLevel {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation of the population. */
  readonly deviation: number;
}

/** Accepts the present level as normal: worsenings before this line no longer fail later results. */
export interface HistoryAccept {
  readonly schemaVersion: typeof HISTORY_SCHEMA_VERSION;
  readonly kind: 'accept';
  readonly at: string;
  readonly commit?: string;
  readonly note?: string;
  readonly machine: Machine;
  readonly levels: Readonly<Record<string, AcceptedLevel>>;
  /** The usual undelivered share, from an accepted result on. Without it the earlier usual share stays in effect. */
  readonly delivery?: AcceptedDelivery;
}

interface AcceptedDelivery {
  readonly undeliveredRatio: number;
  /** When the accepted result started. */
  readonly since: string;
}

/** Starts the history again: lines before this one are ignored. */
export interface HistoryReset {
  readonly schemaVersion: typeof HISTORY_SCHEMA_VERSION;
  readonly kind: 'reset';
  readonly at: string;
  readonly commit?: string;
  readonly note?: string;
}

export type HistoryLine = HistoryResult | HistoryAccept | HistoryReset;

/** A line and its place: `history.jsonl:12`, or the path of a result file. */
export interface Located<L extends HistoryLine = HistoryLine> {
  readonly line: L;
  readonly where: string;
}

export interface ParsedHistory {
  readonly lines: readonly Located[];
  /** The last line, if it is incomplete because its writer crashed. It is ignored. */
  readonly torn: { readonly where: string } | undefined;
  /** The content without a torn line. */
  readonly whole: string;
}

const TEXT_LENGTH_MAX = 10_000;
const METRICS_MAX = 1000;
const text = z.string().max(TEXT_LENGTH_MAX);
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
const few = (byName: Readonly<Record<string, unknown>>) => Object.keys(byName).length <= METRICS_MAX;
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

/** @param loadHash the field of HistoryResult. */
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
 * @param file name of the file, for errors and places.
 * @throws HISTORY_DAMAGED for a malformed line that is not the torn last one, HISTORY_TOO_NEW
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
    content === undefined ? 'not JSON' : `${issue?.path.join('.') || 'line'}: ${issue?.message ?? 'unknown format'}`;
  throw reportError('HISTORY_DAMAGED', {
    where,
    what,
  });
}
