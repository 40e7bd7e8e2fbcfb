import type { z } from 'zod';
import { type PathPart, type Problem, pathText, scenarioError } from './errors.ts';
import { checkConsumers, resolveConsumers } from './resolve-consumers.ts';
import { checkFaults, resolveFaults } from './resolve-faults.ts';
import { checkSteps, resolveSteps } from './resolve-steps.ts';
import { envelopeBytesOf, holdsNsOf, maxRecordBytesOf, resolveTarget, shardsAtStart } from './resolve-target.ts';
import { resolveWorkload } from './resolve-workload.ts';
import type { ConsumerSpec, Scenario, TargetSpec, Workload } from './scenario.ts';
import {
  type ParsedPhase,
  type ParsedScenario,
  type ParsedWorkload,
  phaseSchema,
  scenarioSchema,
  targetSchema,
  workloadSchema,
} from './schema.ts';
import { faultsSchema } from './schema-faults.ts';
import { RECORD_MAX_BYTES } from './schema-fields.ts';
import { schemaProblems, valueAt } from './schema-problems.ts';
import { stepsSchema } from './schema-steps.ts';

/** The names that a threshold may use. */
export interface ThresholdContext {
  readonly workloads: readonly string[];
  readonly phases: readonly string[];
  readonly consumers: readonly string[];
}

export type ThresholdProblem = Pick<Problem, 'what' | 'fix'>;

export interface ResolveOptions {
  /** Path of the scenario. Files that it names are relative to its folder. */
  readonly file?: string;
  /** Returns the problem of a threshold, or undefined. The grammar of thresholds is in the reports, which judge results. */
  readonly checkThreshold?: (text: string, context: ThresholdContext) => ThresholdProblem | undefined;
}

/**
 * Checks a scenario given as plain data and fills in every default and unit.
 * @returns the scenario, frozen all the way down.
 * @throws ScenarioError with all problems at once. Valid parts are checked against each other even if other parts are invalid,
 * so that one round of corrections is enough.
 */
export function resolveScenario(value: unknown, options: ResolveOptions = {}): Scenario {
  const parsed = scenarioSchema.safeParse(value);
  const problems = parsed.success ? [] : schemaProblems(parsed.error, scenarioSchema, value);
  const target = resolveTargetPart(value, options, problems);
  const workloads = resolveWorkloadParts(value, target, options, problems);
  checkNames(value, problems);
  checkThresholds(value, options, problems);
  const consumers = parsed.success ? resolveConsumers(parsed.data) : [];
  if (target !== undefined) checkConsumers(target, consumers, problems);
  if (target !== undefined) checkEvents(value, target, workloads, problems);
  if (!parsed.success || target === undefined || problems.length > 0) throw scenarioError(problems, nameOf(value));
  return frozen(assemble(parsed.data, target, workloads, consumers));
}

function assemble(
  parsed: ParsedScenario,
  target: TargetSpec,
  workloads: readonly Workload[],
  consumers: readonly ConsumerSpec[],
): Scenario {
  const { name, description, seed, thresholds } = parsed;
  const about = description === undefined ? {} : { description };
  // Absent if there are none, so that a scenario without them keeps its hash.
  const events = {
    ...(parsed.steps.length === 0 ? {} : { steps: resolveSteps(parsed.steps) }),
    ...(parsed.faults.length === 0 ? {} : { faults: resolveFaults(parsed.faults) }),
  };
  const drainNs = parsed.drain + holdsNsOf(target);
  return { name, ...about, seed, target, workloads, consumers, thresholds, drainNs, ...events };
}

/** Checks valid steps and faults against the rest of the scenario. */
function checkEvents(value: unknown, target: TargetSpec, workloads: readonly Workload[], problems: Problem[]): void {
  const steps = stepsSchema.safeParse(valueAt(value, ['steps']));
  if (steps.success) checkSteps(steps.data, target, workloads, problems);
  const faults = faultsSchema.safeParse(valueAt(value, ['faults']));
  if (faults.success) checkFaults(faults.data, target, workloads, problems);
}

function resolveTargetPart(value: unknown, { file }: ResolveOptions, problems: Problem[]): TargetSpec | undefined {
  const parsed = targetSchema.safeParse(valueAt(value, ['target']));
  const steps = stepsSchema.safeParse(valueAt(value, ['steps']));
  const context = { scenarioFile: file, ...(steps.success ? { steps: steps.data } : {}) };
  return parsed.success ? resolveTarget(parsed.data, problems, context) : undefined;
}

function resolveWorkloadParts(
  value: unknown,
  target: TargetSpec | undefined,
  options: ResolveOptions,
  problems: Problem[],
): Workload[] {
  const maxRecordBytes = target === undefined ? RECORD_MAX_BYTES : maxRecordBytesOf(target);
  const maxContentBytes = maxRecordBytes - (target === undefined ? 0 : envelopeBytesOf(target));
  const shards = target === undefined ? undefined : shardsAtStart(target);
  return listAt(value, ['workloads']).map((item, i) => {
    const context = { path: ['workloads', i], scenarioFile: options.file, shards, maxRecordBytes, maxContentBytes };
    const parsed = workloadSchema.safeParse(item);
    if (parsed.success) return resolveWorkload(parsed.data, { ...context, problems });
    const found: Problem[] = [];
    const workload = resolveWorkload(mendWorkload(item), { ...context, problems: found });
    problems.push(...found.filter(({ code }) => code !== 'CONFLICT' && code !== 'MISSING'));
    return workload;
  });
}

/**
 * Replaces every invalid part of a workload by a harmless default, so that the other parts can be checked in the same round.
 * Contradictions with such a default are not problems of the scenario.
 */
function mendWorkload(item: unknown): ParsedWorkload {
  const { shape } = workloadSchema;
  const part = <T extends z.ZodType>(schema: T, key: string, standIn: z.output<T>): z.output<T> => {
    const parsed = schema.safeParse(valueAt(item, [key]));
    return parsed.success ? parsed.data : standIn;
  };
  const phases = listAt(item, ['phases']).map((phase): ParsedPhase => {
    const parsed = phaseSchema.safeParse(phase);
    return parsed.success ? parsed.data : { name: '', duration: 1, rate: 1, recorded: true };
  });
  return {
    name: part(shape.name, 'name', ''),
    arrivals: part(shape.arrivals, 'arrivals', 'constant'),
    ...(Array.isArray(valueAt(item, ['phases'])) ? { phases } : {}),
    keys: part(shape.keys, 'keys', { uniform: true, count: 1 }),
    payload: part(shape.payload, 'payload', { size: 1, randomRatio: 1 }),
    producers: part(shape.producers, 'producers', shape.producers.parse(undefined)),
  };
}

/** Compares the names in the scenario as written, even if other parts are invalid. */
function checkNames(value: unknown, problems: Problem[]): void {
  checkUnique(value, ['workloads'], 'workloads', problems);
  checkUnique(value, ['consumers'], 'consumers', problems);
  for (const i of listAt(value, ['workloads']).keys())
    checkUnique(value, ['workloads', i, 'phases'], 'phases', problems);
}

function checkUnique(value: unknown, path: readonly PathPart[], noun: string, problems: Problem[]): void {
  const seen = new Map<string, number>();
  for (const [i, name] of namesAt(value, path).entries()) {
    const first = name === undefined ? undefined : seen.get(name);
    if (name !== undefined && first === undefined) seen.set(name, i);
    if (first === undefined) continue;
    const what = `two ${noun} are called '${name}': this one and ${pathText([...path, first])}.`;
    problems.push({ code: 'DUPLICATE_NAME', path: pathText([...path, i, 'name']), what, fix: 'Rename one of them.' });
  }
}

function checkThresholds(value: unknown, options: ResolveOptions, problems: Problem[]): void {
  const { checkThreshold } = options;
  if (checkThreshold === undefined) return;
  const known = (path: readonly PathPart[]) => namesAt(value, path).filter((name) => name !== undefined);
  const workloadIndexes = [...listAt(value, ['workloads']).keys()];
  const context: ThresholdContext = {
    workloads: known(['workloads']),
    phases: [...new Set(workloadIndexes.flatMap((i) => known(['workloads', i, 'phases'])))],
    consumers: known(['consumers']),
  };
  for (const [i, text] of listAt(value, ['thresholds']).entries()) {
    const problem = typeof text === 'string' && text !== '' ? checkThreshold(text, context) : undefined;
    if (problem === undefined) continue;
    problems.push({ code: 'BAD_THRESHOLD', path: pathText(['thresholds', i]), ...problem });
  }
}

function listAt(value: unknown, path: readonly PathPart[]): readonly unknown[] {
  const list = valueAt(value, path);
  return Array.isArray(list) ? list : [];
}

function namesAt(value: unknown, path: readonly PathPart[]): (string | undefined)[] {
  return listAt(value, path).map((item) => {
    const name = valueAt(item, ['name']);
    return typeof name === 'string' ? name.normalize('NFC') : undefined;
  });
}

function nameOf(value: unknown): string {
  const name = valueAt(value, ['name']);
  return typeof name === 'string' ? `Scenario '${name}'` : 'The scenario';
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) frozen(item);
  }
  return value;
}
