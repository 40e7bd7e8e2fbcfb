import { z } from 'zod';
import { type ReportError, reportError } from '../errors.ts';
import { environmentSchema } from '../result/environment-schema.ts';
import type { Environment } from '../result/result.ts';
import { parseMetric } from '../verdict/threshold-grammar.ts';
import { GATE_REASONS, type GateReason, type GateRules, judgeGate } from './judge.ts';
import type { GatedMetric, GatePair } from './pairs.ts';

/** Version of gate.json and gate-calibration.json. */
export const GATE_SCHEMA_VERSION = 2;

/** A saved gate. It contains everything that its verdict depends on, so that it can be judged again. */
export interface GateResult {
  readonly schemaVersion: typeof GATE_SCHEMA_VERSION;
  readonly kind: 'gate';
  readonly toolVersion: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly environment: Environment;
  readonly scenario: GateScenario;
  readonly sides: { readonly baseline: string; readonly candidate: string };
  readonly blockNs: number;
  readonly rules: GateRules;
  /** Metrics that reports show and that do not decide. */
  readonly otherMetrics: readonly GatedMetric[];
  /** Warm-up pairs at the start, which do not count. */
  readonly discarded: readonly GatePair[];
  readonly pairs: readonly GatePair[];
  readonly invalidBlocks: readonly InvalidBlock[];
  readonly ending: GateEnding;
  readonly falseAlarms: FalseAlarms;
  readonly verdict: GateVerdict;
}

export interface GateScenario {
  readonly name: string;
  /** Hash of the scenario without its seed and thresholds, which a gate does not use. */
  readonly hash: string;
  readonly seed: number;
}

export interface InvalidBlock {
  readonly side: 'baseline' | 'candidate';
  readonly seed: number;
  readonly why: string;
}

/**
 * decided          a look found a verdict
 * out-of-time      no further pair fits into the time limit or the planned number
 * interrupted      a signal ended the gate
 * blocks-invalid   too many blocks were invalid
 */
const GATE_ENDINGS = ['decided', 'out-of-time', 'interrupted', 'blocks-invalid'] as const;
export type GateEnding = (typeof GATE_ENDINGS)[number];

const GATE_VERDICTS = ['pass', 'fail', 'inconclusive', 'invalid'] as const;
export type GateVerdict = { readonly kind: (typeof GATE_VERDICTS)[number]; readonly reason: GateReason };

/** Probability that this gate fails a comparison of equal sides. */
export interface FalseAlarms {
  /** Upper bound by design, for independent pairs: both comparisons must raise a false alarm. */
  readonly designRatio: number;
  /** Simulated with blocks that were recorded on this machine; null without a suitable calibration. */
  readonly simulated: SimulatedAlarms | null;
}

interface SimulatedAlarms {
  readonly failed: number;
  readonly runs: number;
  readonly recordedPairs: number;
  /** Upper 95 % bound of the share of simulated gates that fail. */
  readonly boundRatio: number;
}

/** Judges pairs by the rules, both when a gate ends and when a saved gate is read. */
export function verdictOfGate({ pairs, rules, ending }: Pick<GateResult, 'pairs' | 'rules' | 'ending'>): GateVerdict {
  if (ending === 'blocks-invalid') return { kind: 'invalid', reason: 'BLOCKS_INVALID' };
  const { kind, reason } = judgeGate(pairs, rules, ending === 'out-of-time');
  if (kind !== 'open') return { kind, reason };
  return { kind: 'inconclusive', reason: ending === 'interrupted' ? 'INTERRUPTED' : 'TOO_FEW_PAIRS' };
}

/** Blocks of one side against itself, recorded on one machine. */
export interface GateCalibration {
  readonly schemaVersion: typeof GATE_SCHEMA_VERSION;
  readonly kind: 'gate-calibration';
  readonly toolVersion: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly environment: Environment;
  readonly scenario: GateScenario;
  readonly side: string;
  readonly sideKind: string;
  readonly blockNs: number;
  readonly metrics: readonly GatedMetric[];
  /** Pairs at the start that a gate must discard: see `pairsToDiscard`. */
  readonly discardPairs: number;
  /** All pairs, beginning with those to discard. */
  readonly pairs: readonly GatePair[];
  readonly invalidBlocks: readonly InvalidBlock[];
}

const PAIRS_MAX = 100_000;
const text = z.string().max(10_000);
const nonNegative = z.number().nonnegative();
const count = z.int().nonnegative();

const block = z.object({
  values: z.record(text, z.number().nullable()),
  owedRecords: count,
  undeliveredRecords: count,
  undeliveredCause: text.exactOptional(),
  tookNs: nonNegative,
});

const pair = z.object({
  seed: count,
  order: z.enum(['baseline-first', 'candidate-first']),
  baseline: block,
  candidate: block,
});

const metricName = text.refine(isMetric, { error: ({ input }) => `no metric is called ${JSON.stringify(input)}` });
const metric = z.object({ name: metricName, isBetterHigher: z.boolean() });
const pairs = z.array(pair).max(PAIRS_MAX);

const schemaVersion = z.literal(GATE_SCHEMA_VERSION);
const common = {
  toolVersion: text,
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  environment: environmentSchema,
  scenario: z.object({ name: text, hash: text, seed: count }),
  blockNs: z.number().positive(),
  pairs,
  invalidBlocks: z.array(z.object({ side: z.enum(['baseline', 'candidate']), seed: count, why: text })).max(PAIRS_MAX),
};

const ratio = z.number().gt(0).lt(10);

/**
 * The order of the fields is that of the file. It begins with version and kind, also when a file that was read is written
 * again.
 */
const resultSchema: z.ZodType<GateResult> = z.object({
  schemaVersion,
  kind: z.literal('gate'),
  ...common,
  sides: z.object({ baseline: text, candidate: text }),
  rules: z.object({
    metric,
    toleranceRatio: ratio,
    floorRatio: ratio,
    firstPairs: z.int().positive().max(PAIRS_MAX),
    confirmPairs: z.int().positive().max(PAIRS_MAX),
  }),
  otherMetrics: z.array(metric).max(100),
  discarded: pairs,
  ending: z.enum(GATE_ENDINGS),
  falseAlarms: z.object({
    designRatio: nonNegative,
    simulated: z.object({ failed: count, runs: count, recordedPairs: count, boundRatio: nonNegative }).nullable(),
  }),
  verdict: z.object({
    kind: z.enum(GATE_VERDICTS),
    reason: z.enum(Object.keys(GATE_REASONS) as [GateReason, ...GateReason[]]),
  }),
});

const calibrationSchema: z.ZodType<GateCalibration> = z.object({
  schemaVersion,
  kind: z.literal('gate-calibration'),
  ...common,
  side: text,
  sideKind: text,
  metrics: z.array(metric).max(100),
  discardPairs: count,
});

/**
 * Reads a gate.json and judges its pairs again.
 * @param where name of the file, for errors.
 * @throws ReportError GATE_FILE_NOT_UNDERSTOOD, also if its pairs lead to another verdict than the saved one.
 */
export function parseGateResult(content: string, where: string): GateResult {
  const result = parse(content, where, resultSchema);
  const again = verdictOfGate(result);
  if (again.kind === result.verdict.kind && again.reason === result.verdict.reason) return result;
  throw notUnderstood(where, `its verdict is ${result.verdict.kind}, but its pairs lead to ${again.kind}`);
}

/** @throws ReportError GATE_FILE_NOT_UNDERSTOOD */
export function parseCalibration(content: string, where: string): GateCalibration {
  return parse(content, where, calibrationSchema);
}

function parse<T>(content: string, where: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw notUnderstood(where, cause instanceof Error ? cause.message : String(cause));
  }
  const version = z.object({ schemaVersion: z.number() }).safeParse(value);
  if (version.success && version.data.schemaVersion > GATE_SCHEMA_VERSION) {
    const newer = `it has schemaVersion=${version.data.schemaVersion}, this version reads up to ${GATE_SCHEMA_VERSION}`;
    throw notUnderstood(where, newer, 'Update streamgauge.');
  }
  if (version.success && version.data.schemaVersion < GATE_SCHEMA_VERSION) {
    const older = `it has schemaVersion=${version.data.schemaVersion}, which lacks delivery counts; this version reads ${GATE_SCHEMA_VERSION}`;
    throw notUnderstood(where, older, 'Run the gate, or its calibration, again.');
  }
  if (typeof value === 'object' && value !== null && !('pairs' in value)) {
    throw notUnderstood(
      where,
      'it has no pairs',
      'Pass the file that the gate wrote. The output of --json has no pairs.',
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw notUnderstood(where, `${issue?.path.join('.') || 'file'}: ${issue?.message ?? 'invalid'}`);
}

function isMetric(name: string): boolean {
  try {
    parseMetric(name);
    return true;
  } catch {
    return false;
  }
}

function notUnderstood(
  where: string,
  what: string,
  fix = 'Run the gate again, or restore the file from its source.',
): ReportError {
  return reportError('GATE_FILE_NOT_UNDERSTOOD', { where, what, fix });
}
