import { z } from 'zod';
import { type ReportError, reportError } from '../errors.ts';
import { environmentSchema } from '../result/environment-schema.ts';
import type { Environment } from '../result/result.ts';
import { parseMetric } from '../verdict/threshold-grammar.ts';
import { GATE_REASONS, type GateReason, type GateRules, judgeGate } from './judge.ts';
import type { GatedMetric, GatePair } from './pairs.ts';

/** Version of gate.json and gate-calibration.json. */
export const GATE_SCHEMA_VERSION = 2;

/** A saved gate: everything that its verdict was derived from, so that it can be judged again. */
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
  /** Shown beside the one that decides. */
  readonly otherMetrics: readonly GatedMetric[];
  /** Pairs at the start that count for nothing. */
  readonly discarded: readonly GatePair[];
  readonly pairs: readonly GatePair[];
  readonly invalidBlocks: readonly InvalidBlock[];
  readonly ending: GateEnding;
  readonly falseAlarms: FalseAlarms;
  readonly verdict: GateVerdict;
}

export interface GateScenario {
  readonly name: string;
  /** Without the seed and the thresholds, which a gate does not use. */
  readonly hash: string;
  readonly seed: number;
}

export interface InvalidBlock {
  readonly side: 'baseline' | 'candidate';
  readonly seed: number;
  readonly why: string;
}

/** decided: by a look; out-of-time: no further pair would fit; the rest ended it before its time. */
const GATE_ENDINGS = ['decided', 'out-of-time', 'interrupted', 'blocks-invalid'] as const;
export type GateEnding = (typeof GATE_ENDINGS)[number];

const GATE_VERDICTS = ['pass', 'fail', 'inconclusive', 'invalid'] as const;
export type GateVerdict = { readonly kind: (typeof GATE_VERDICTS)[number]; readonly reason: GateReason };

/** How often this gate fails a comparison of equals. */
export interface FalseAlarms {
  /** By its rules alone, where pairs are independent: both comparisons must be wrong. */
  readonly designRatio: number;
  /** Simulated from blocks recorded on this machine; null without a calibration that fits. */
  readonly simulated: SimulatedAlarms | null;
}

interface SimulatedAlarms {
  readonly failed: number;
  readonly runs: number;
  readonly recordedPairs: number;
  /** Upper 95 % bound of the share that fails. */
  readonly boundRatio: number;
}

/** Judges the pairs by the rules, when a gate ends and when a saved one is read. */
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
  /** Pairs at the start that a gate is to discard: what warmUpLength says, at least one. */
  readonly discardPairs: number;
  /** All of them, those to be discarded first. */
  readonly pairs: readonly GatePair[];
  readonly invalidBlocks: readonly InvalidBlock[];
}

const MAX_PAIRS = 100_000;
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
const pairs = z.array(pair).max(MAX_PAIRS);

const schemaVersion = z.literal(GATE_SCHEMA_VERSION);
const common = {
  toolVersion: text,
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  environment: environmentSchema,
  scenario: z.object({ name: text, hash: text, seed: count }),
  blockNs: z.number().positive(),
  pairs,
  invalidBlocks: z.array(z.object({ side: z.enum(['baseline', 'candidate']), seed: count, why: text })).max(MAX_PAIRS),
};

const ratio = z.number().gt(0).lt(10);

/** What it is comes first in a file, also in one that was read and is written again. */
const resultSchema: z.ZodType<GateResult> = z.object({
  schemaVersion,
  kind: z.literal('gate'),
  ...common,
  sides: z.object({ baseline: text, candidate: text }),
  rules: z.object({
    metric,
    toleranceRatio: ratio,
    floorRatio: ratio,
    firstPairs: z.int().positive().max(MAX_PAIRS),
    confirmPairs: z.int().positive().max(MAX_PAIRS),
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
 * @param where how to call the text in errors.
 * @throws ReportError GATE_FILE_NOT_UNDERSTOOD, also where the verdict in it is not the one that its pairs give.
 */
export function parseGateResult(content: string, where: string): GateResult {
  const result = parse(content, where, resultSchema);
  const again = verdictOfGate(result);
  if (again.kind === result.verdict.kind && again.reason === result.verdict.reason) return result;
  throw notUnderstood(where, `its verdict is ${result.verdict.kind}, and its pairs give ${again.kind}`);
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
    const older = `it has schemaVersion=${version.data.schemaVersion}, which has no delivery counts; this version reads ${GATE_SCHEMA_VERSION}`;
    throw notUnderstood(where, older, 'Run the gate, or its calibration, again.');
  }
  if (typeof value === 'object' && value !== null && !('pairs' in value)) {
    throw notUnderstood(
      where,
      'it has no pairs',
      'Pass the file that the gate wrote: the output of --json has no pairs.',
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw notUnderstood(where, `${issue?.path.join('.') || 'file'}: ${issue?.message ?? 'wrong'}`);
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
