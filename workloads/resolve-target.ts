import { type PathPart, type Problem, pathText } from './errors.ts';
import { readLatencyFile } from './latency-file.ts';
import { limitsOfProfile, readProfile, twinProfileOf } from './profile-file.ts';
import { KINESIS_ENVELOPE_BYTES, resolveKinesis } from './resolve-kinesis.ts';
import { resolveMemory } from './resolve-memory.ts';
import { resolveModule } from './resolve-module.ts';
import type { DelaySpec, LatencySpec, LimitsSpec, QueueSpec, TargetSpec, TwinProfileSpec } from './scenario.ts';
import type { ParsedTarget } from './schema.ts';
import { RECORD_MAX_BYTES } from './schema-fields.ts';
import type { ParsedSteps } from './schema-steps.ts';

type ParsedEngine = ParsedTarget & { kind: 'engine' };

/**
 * Resolves the settings of the target and reports contradictions among them.
 * @param options.steps Steps of the scenario: the engine needs memory for the shards that they create.
 * @param options.scenarioFile Path of the scenario. Files that it names are relative to its folder.
 */
export function resolveTarget(
  parsed: ParsedTarget,
  problems: Problem[],
  { scenarioFile, steps = [] }: { readonly scenarioFile?: string | undefined; readonly steps?: ParsedSteps } = {},
): TargetSpec {
  if (parsed.kind === 'engine') {
    const { kind, shards, maxRecordBytes, whenFull } = parsed;
    const memory = resolveMemory(parsed.memory, { shards, steps, maxRecordBytes }, problems);
    const latency = latencyOf(parsed.latency ?? 'none', problems, scenarioFile);
    const profile = profileOf(parsed, problems, scenarioFile);
    const limits = parsed.limits === undefined ? (profile?.limits ?? 'none') : limitsOf(parsed.limits);
    const twin = profile === undefined ? {} : { profile: profile.twin };
    return { kind, shards, limits, latency, ...twin, ...memory, maxRecordBytes, whenFull };
  }
  if (parsed.kind === 'kinesis') return resolveKinesis(parsed, problems);
  if (parsed.kind === 'module') return resolveModule(parsed, scenarioFile, problems);
  return {
    kind: 'noop',
    shards: parsed.shards,
    delay: delayOf(parsed.delay, problems),
    stalls: parsed.stalls.map((stall) => ({ atNs: stall.at, forNs: stall.for })),
    ...queueOf(parsed, problems),
  };
}

/** Number of shards at the start of a run; undefined if only the service knows it. */
export function shardsAtStart(target: TargetSpec): number | undefined {
  if ('shards' in target) return target.shards;
  return 'create' in target && target.create?.mode === 'provisioned' ? target.create.shards : undefined;
}

/** Returns the largest record that the target accepts; undefined without a limit of its own. */
export function targetRecordBytesMax(target: TargetSpec): number | undefined {
  return 'maxRecordBytes' in target ? target.maxRecordBytes : undefined;
}

/** Returns the largest record of a scenario on this target; without a limit of its own, that of any stream. */
export function maxRecordBytesOf(target: TargetSpec): number {
  return targetRecordBytesMax(target) ?? RECORD_MAX_BYTES;
}

/** Bytes that the target adds before the content of a template or recording. Sizes include them. */
export function envelopeBytesOf(target: TargetSpec): number {
  return target.kind === 'kinesis' ? KINESIS_ENVELOPE_BYTES : 0;
}

function limitsOf(limits: NonNullable<ParsedEngine['limits']>): LimitsSpec {
  if (typeof limits === 'string') return limits;
  const { bytes, records, burst, window, readBytes, readCalls } = limits;
  return {
    bytesPerSecond: bytes,
    recordsPerSecond: records,
    burstSeconds: burst / 1e9,
    ...(window === undefined ? {} : { windowSeconds: window / 1e9 }),
    ...(readBytes === undefined ? {} : { readBytesPerSecond: readBytes }),
    ...(readCalls === undefined ? {} : { readCallsPerSecond: readCalls }),
  };
}

function latencyOf(
  latency: NonNullable<ParsedEngine['latency']>,
  problems: Problem[],
  scenarioFile: string | undefined,
): LatencySpec {
  if (typeof latency === 'string') return latency;
  return readLatencyFile(latency.file, scenarioFile, 'target.latency', problems) ?? 'none';
}

function profileOf(
  { profile, latency }: ParsedEngine,
  problems: Problem[],
  scenarioFile: string | undefined,
): { readonly twin: TwinProfileSpec; readonly limits: LimitsSpec } | undefined {
  if (profile === undefined) return undefined;
  if (latency !== undefined) {
    const what = 'profile and latency both set the latencies.';
    problems.push({ code: 'CONFLICT', path: 'target.latency', what, fix: 'Remove latency, or remove profile.' });
  }
  const document = readProfile(profile, scenarioFile, 'target.profile', problems);
  return document && { twin: twinProfileOf(document), limits: limitsOfProfile(document) };
}

function delayOf(delay: (ParsedTarget & { kind: 'noop' })['delay'], problems: Problem[]): DelaySpec {
  if (delay === 'none' || delay === 0) return { kind: 'none' };
  if (typeof delay === 'number') return { kind: 'fixed', ns: delay };
  const { p50, p99 } = delay.lognormal;
  checkQuantiles(p50, p99, ['target', 'delay', 'lognormal', 'p99'], problems);
  return { kind: 'lognormal', p50Ns: p50, p99Ns: p99 };
}

function queueOf(
  { servers, serviceTime }: ParsedTarget & { kind: 'noop' },
  problems: Problem[],
): { queue?: QueueSpec } {
  if (serviceTime !== undefined) return { queue: { servers: servers ?? 1, serviceNs: serviceTime } };
  if (servers !== undefined) {
    problems.push({
      code: 'CONFLICT',
      path: pathText(['target', 'servers']),
      what: 'servers has no effect without a service time.',
      fix: 'Add serviceTime, such as 20us.',
    });
  }
  return {};
}

export function checkQuantiles(p50: number, p99: number, path: readonly PathPart[], problems: Problem[]): void {
  if (p99 >= p50) return;
  problems.push({
    code: 'OUT_OF_RANGE',
    path: pathText(path),
    what: 'p99 is below p50.',
    fix: 'Write a p99 that is at least p50.',
  });
}
