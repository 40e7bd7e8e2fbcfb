import { closest } from 'fastest-levenshtein';
import { isErrorOf } from '../../errors/streamgauge-error.ts';
import { REPORT_ERRORS, type ReportError, reportError } from '../errors.ts';
import { SPANS, type Span } from '../result/result.ts';

/**
 *   threshold  = metric operator value qualifier*
 *   metric     = span "." statistic | "achieved.ratio" | "throttled.ratio" | "throttledRecords.ratio" | "achieved.rate" | "bytes.rate"
 *              | "undelivered" | "delivered.ratio" | "lost" | "duplicated" | "reordered" | "dropped" | "failed"
 *   operator   = "<" | "<=" | ">" | ">=" | "=="
 *   value      = number unit             for example 70ms, 99%, 1000/s, 1MB/s
 *   qualifier  = "in phase" name | "of workload" name | "by consumer" name | "over" duration | "abort"
 *
 * Qualifiers come in any order, each at most once. A name with spaces is in quotes.
 */
export interface Threshold {
  readonly text: string;
  readonly metric: Metric;
  readonly operator: Operator;
  /** In the metric's own unit: ns, ratio, records, records or bytes a second. */
  readonly limit: number;
  readonly phase?: string;
  readonly workload?: string;
  readonly consumer?: string;
  /** It must hold in every window of this length. */
  readonly overNs?: number;
  /** Ends the run as soon as it does not hold. */
  readonly abort: boolean;
}

export type Operator = '<' | '<=' | '>' | '>=' | '==';

export type Metric =
  | { readonly kind: 'latency'; readonly span: Span; readonly statistic: Statistic }
  /** The delivered ratio is known when the run has ended, for the whole run. */
  | { readonly kind: 'ratio'; readonly subject: 'achieved' | 'throttled' | 'throttledRecords' | 'delivered' }
  | { readonly kind: 'rate'; readonly subject: 'records' | 'bytes' }
  /** Counted by producers, per phase and interval. */
  | { readonly kind: 'count'; readonly subject: 'dropped' | 'failed' }
  /** Known when the run has ended, for the whole run. */
  | { readonly kind: 'ledger'; readonly subject: LedgerMetric };

export type LedgerMetric = 'undelivered' | 'lost' | 'duplicated' | 'reordered';

export type Statistic =
  | { readonly kind: 'min' | 'mean' | 'max' }
  | { readonly kind: 'percentile'; readonly percentile: number };

const PERCENTILES = [50, 75, 90, 95, 99, 99.9, 99.99];
const STATISTICS: ReadonlyMap<string, Statistic> = new Map<string, Statistic>([
  ['min', { kind: 'min' }],
  ['mean', { kind: 'mean' }],
  ...PERCENTILES.map((percentile): [string, Statistic] => [`p${percentile}`, { kind: 'percentile', percentile }]),
  ['max', { kind: 'max' }],
]);

const METRICS: ReadonlyMap<string, Metric> = new Map<string, Metric>([
  ...SPANS.flatMap((span) =>
    [...STATISTICS].map(([name, statistic]): [string, Metric] => [
      `${span}.${name}`,
      { kind: 'latency', span, statistic },
    ]),
  ),
  ['achieved.ratio', { kind: 'ratio', subject: 'achieved' }],
  ['throttled.ratio', { kind: 'ratio', subject: 'throttled' }],
  ['throttledRecords.ratio', { kind: 'ratio', subject: 'throttledRecords' }],
  ['achieved.rate', { kind: 'rate', subject: 'records' }],
  ['bytes.rate', { kind: 'rate', subject: 'bytes' }],
  ['delivered.ratio', { kind: 'ratio', subject: 'delivered' }],
  ['undelivered', { kind: 'ledger', subject: 'undelivered' }],
  ['lost', { kind: 'ledger', subject: 'lost' }],
  ['duplicated', { kind: 'ledger', subject: 'duplicated' }],
  ['reordered', { kind: 'ledger', subject: 'reordered' }],
  ['dropped', { kind: 'count', subject: 'dropped' }],
  ['failed', { kind: 'count', subject: 'failed' }],
]);

export const METRIC_NAMES: readonly string[] = [...METRICS.keys()];

/** @throws METRIC_UNKNOWN, with the nearest name that there is. */
export function parseMetric(name: string): Metric {
  const metric = METRICS.get(name);
  if (metric !== undefined) return metric;
  const fix = `Did you mean "${closest(name, METRIC_NAMES)}"?`;
  throw reportError('METRIC_UNKNOWN', { what: `there is no metric "${name}"`, fix });
}

type Units = Readonly<Record<string, number>>;
const DURATION_UNITS: Units = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, min: 60e9, h: 3600e9 };
const RATIO_UNITS: Units = { '': 1, '%': 0.01 };
const COUNT_UNITS: Units = { '': 1 };
const RECORD_RATE_UNITS: Units = { '/s': 1, '/min': 1 / 60, '/h': 1 / 3600 };
const BYTE_RATE_UNITS: Units = {
  'B/s': 1,
  'kB/s': 1e3,
  'KB/s': 1e3,
  'MB/s': 1e6,
  'GB/s': 1e9,
  'KiB/s': 2 ** 10,
  'MiB/s': 2 ** 20,
  'GiB/s': 2 ** 30,
};

const HEAD = /^\s*(?<name>[A-Za-z][\w.]*)\s*(?<operator><=|>=|==|<|>)\s*(?<number>\d[\d_]*(?:\.\d+)?)(?<rest>.*)$/u;
const UNIT = /^\s*(?<unit>%|[A-Za-zµ]*\/[A-Za-z]+|(?!(?:in|of|by|over|abort)\b)[A-Za-zµ]+)?(?=\s|$)(?<rest>.*)$/u;
const QUALIFIER =
  /^\s+(?:(?<word>in\s+phase|of\s+workload|by\s+consumer|over)\s+(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<plain>\S+))|(?<abort>abort)(?=\s|$))(?<rest>.*)$/u;

interface Qualifiers {
  phase?: string;
  workload?: string;
  consumer?: string;
  overNs?: number;
  abort?: true;
}

/** The names that a threshold may use; a Scenario has them. */
export interface ThresholdNames {
  readonly workloads: readonly { readonly name: string; readonly phases: readonly { readonly name: string }[] }[];
  readonly consumers: readonly { readonly name: string }[];
}

/** Returns the error in a threshold of a scenario with these names, or undefined if there is none. */
export function checkThreshold(text: string, scenario: ThresholdNames): ReportError | undefined {
  try {
    parseThreshold(text, scenario);
    return undefined;
  } catch (error) {
    if (isErrorOf(REPORT_ERRORS, error)) return error;
    throw error;
  }
}

/**
 * @param scenario where names of phases, workloads and consumers are looked up; without it they are not checked.
 * @throws THRESHOLD_NOT_UNDERSTOOD
 */
export function parseThreshold(text: string, scenario?: ThresholdNames): Threshold {
  const reject: Reject = (what, fix) => {
    throw reportError('THRESHOLD_NOT_UNDERSTOOD', { where: `"${text}"`, what, fix });
  };
  const head = HEAD.exec(text)?.groups;
  if (head === undefined)
    return reject('this is not a threshold', 'Write a metric, <, <=, >, >= or ==, and a value: putToGet.p99 < 70ms.');
  const metric = METRICS.get(head.name!) ?? rejectUnknown(head.name!, METRIC_NAMES, 'metric', reject);
  const tail =
    UNIT.exec(head.rest!)?.groups ?? reject(`"${head.number}${head.rest}" is not a value`, exampleOf(metric));
  const factor = unitsOf(metric)[tail.unit ?? ''];
  if (factor === undefined) {
    const given = tail.unit === undefined ? `${head.number} has no unit` : `"${tail.unit}" is no unit of ${head.name}`;
    return reject(given, exampleOf(metric));
  }
  const qualifiers = parseQualifiers(tail.rest!, reject);
  checkQualifiers(metric, head.name!, qualifiers, reject);
  if (scenario !== undefined) checkNames(qualifiers, scenario, reject);
  const digits = head.number!.replaceAll('_', '');
  // Read as a decimal: 99.9 % must be 0.999, and neither 99.9 / 100 nor 99.9 * 0.01 is.
  const limit = tail.unit === '%' ? Number(`${digits}e-2`) : Number(digits) * factor;
  rejectImpossibleRatio(metric, head.name!, { limit, number: head.number!, unit: tail.unit ?? '' }, reject);
  return { text, metric, operator: head.operator as Operator, limit, ...qualifiers, abort: qualifiers.abort === true };
}

/**
 * `throttled.ratio < 5` would mean 500 % and hold always. More than was due can be achieved in a window that catches up, so
 * that a percentage above 100 has a meaning for the achieved ratio only.
 */
function rejectImpossibleRatio(
  metric: Metric,
  name: string,
  { limit, number, unit }: { readonly limit: number; readonly number: string; readonly unit: string },
  reject: Reject,
): void {
  if (metric.kind !== 'ratio' || limit <= 1) return;
  if (unit === '')
    reject(
      `${number} is ${Number((limit * 100).toFixed(6))}%`,
      `Write ${number}% if you mean percent; a ratio is 0 to 1.`,
    );
  if (metric.subject !== 'achieved') reject(`${name} is never above 100%`, 'Write 0% to 100%.');
}

type Reject = (what: string, fix: string) => never;

function parseQualifiers(text: string, reject: Reject): Qualifiers {
  const found: Qualifiers = {};
  for (let rest = text; rest.trim() !== ''; ) {
    const groups = QUALIFIER.exec(rest)?.groups;
    if (groups === undefined) {
      const fix = 'After the value come: in phase NAME, of workload NAME, by consumer NAME, over 10s, abort.';
      return reject(`"${rest.trim()}" is not understood`, fix);
    }
    const value = (groups.double ?? groups.single ?? groups.plain ?? '').normalize('NFC');
    const word = groups.abort ?? groups.word!.split(/\s+/u).at(-1)!;
    const field = word === 'over' ? 'overNs' : (word as keyof Qualifiers);
    if (found[field] !== undefined) reject(`"${word}" occurs twice`, 'Split it into two thresholds.');
    if (field === 'abort') found.abort = true;
    else if (field === 'overNs') found.overNs = parseDuration(value, reject);
    else found[field] = value;
    rest = groups.rest!;
  }
  return found;
}

function parseDuration(text: string, reject: Reject): number {
  const match = /^(?<number>\d+(?:\.\d+)?)(?<unit>[a-zµ]+)$/u.exec(text)?.groups;
  const factor = DURATION_UNITS[match?.unit ?? ''];
  const ns = factor === undefined ? 0 : Number(match!.number) * factor;
  return ns > 0 ? ns : reject(`"${text}" is not a duration`, 'Write it as 10s or 500ms.');
}

function checkQualifiers(metric: Metric, name: string, qualifiers: Qualifiers, reject: Reject): void {
  const isOfWholeRun = metric.kind === 'ledger' || (metric.kind === 'ratio' && metric.subject === 'delivered');
  const consumed =
    isOfWholeRun || (metric.kind === 'latency' && ['residence', 'putToGet', 'uncorrected'].includes(metric.span));
  if (!consumed && qualifiers.consumer !== undefined) {
    reject(`${name} is measured at the producers`, 'Remove "by consumer".');
  }
  if (!isOfWholeRun) return;
  if (qualifiers.phase !== undefined || qualifiers.workload !== undefined || qualifiers.overNs !== undefined) {
    reject(`${name} is measured for the whole run only`, 'Remove the phase, the workload and "over".');
  }
  if (qualifiers.abort) reject(`${name} is only known after the run`, 'Remove "abort".');
}

function checkNames({ phase, workload, consumer }: Qualifiers, scenario: ThresholdNames, reject: Reject): void {
  const workloads = scenario.workloads.map(({ name }) => name);
  if (workload !== undefined && !workloads.includes(workload)) rejectUnknown(workload, workloads, 'workload', reject);
  const phases = scenario.workloads
    .filter(({ name }) => workload === undefined || name === workload)
    .flatMap(({ phases }) => phases.map(({ name }) => name));
  if (phase !== undefined && !phases.includes(phase)) rejectUnknown(phase, phases, 'phase', reject);
  const consumers = scenario.consumers.map(({ name }) => name);
  if (consumer !== undefined && !consumers.includes(consumer)) rejectUnknown(consumer, consumers, 'consumer', reject);
}

function rejectUnknown(name: string, known: readonly string[], kind: string, reject: Reject): never {
  if (known.length === 0) return reject(`there is no ${kind} "${name}", nor any other`, 'Remove it.');
  return reject(`there is no ${kind} "${name}"`, `Did you mean "${closest(name, known)}"?`);
}

/** Factors from the units of a metric to its own unit; an empty name is a plain number. */
export function unitsOf(metric: Metric): Units {
  switch (metric.kind) {
    case 'latency':
      return DURATION_UNITS;
    case 'ratio':
      return RATIO_UNITS;
    case 'rate':
      return metric.subject === 'bytes' ? BYTE_RATE_UNITS : RECORD_RATE_UNITS;
    case 'count':
    case 'ledger':
      return COUNT_UNITS;
  }
}

function exampleOf(metric: Metric): string {
  const units = Object.keys(unitsOf(metric)).filter((unit) => unit !== '');
  if (units.length === 0) return 'Give a number of records, without a unit.';
  return `Give the value one of these units: ${units.join(', ')}${metric.kind === 'ratio' ? ', or none' : ''}.`;
}
