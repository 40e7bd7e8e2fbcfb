import type { z } from 'zod';
import type { PathPart, Problem } from '../errors.ts';
import type { ParsedFaults } from '../schema-faults.ts';
import type { ParsedSteps } from '../schema-steps.ts';

/**
 * One kind of target, as a scenario knows it: its keys, and its rules about the rest of the scenario. The resolver reads
 * these members and compares no name of a kind. The code that reaches the target is the kind of the same name in
 * runners/targets.
 *
 * Only the first three members are required. A kind without the others has no number of shards and no largest record of its
 * own, adds no bytes to a record, holds no records back, has consumers that poll or receive by fan-out, and supports neither
 * faults, nor steps, nor a limit of polls.
 */
export interface TargetRules<Schema extends z.ZodType = z.ZodType, Spec extends TargetOfKind = TargetOfKind> {
  readonly kind: Spec['kind'];
  readonly schema: Schema;
  /** Fills in units, and reports contradictions among the keys. */
  resolve(parsed: z.output<Schema>, context: TargetContext): Spec;

  /** Number of shards at the start of a run; undefined if only the service knows it. */
  shardsAtStart?(spec: Spec): number | undefined;
  /** Largest record that the target accepts. */
  recordBytesMax?(spec: Spec): number;
  /** Bytes that the target adds before the content of a template or recording. Sizes include them. */
  readonly envelopeBytes?: number;

  /** Time for which the target may hold an acknowledged record before consumers can see it. The drain waits that much longer. */
  holdsNs?(spec: Spec): number;
  /** Kinds of consumers that read from the target (default: polling and fan-out). */
  readonly consumerKinds?: readonly ConsumerOfKind['kind'][];
  /** A poll requests at most the number of records that the scenario states. */
  readonly pollsHaveLimit?: boolean;
  /** Reports consumers that the target does not support. */
  checkConsumers?(spec: Spec, consumers: readonly ConsumerOfKind[], report: Report): void;
  /** Present if the target supports faults. */
  readonly faults?: {
    /** Why the target with these settings supports none. */
    problem?(spec: Spec): TargetProblem | undefined;
    /** Operations that the target throttles (default: those that Kinesis throttles by shard). */
    readonly throttledOperations?: readonly string[];
    /** Reports a fault that the target does not support. Paths begin at the fault. */
    check?(fault: ParsedFaults[number], report: Report): void;
  };
  /** Present if the stream can change during a run. */
  readonly steps?: {
    /** Words of the steps that the target supports (default: split, merge and shards). */
    readonly words?: readonly string[];
    /** Reports steps that the target does not support. Paths begin at the list of steps. */
    check?(steps: ParsedSteps, spec: Spec, report: Report): void;
  };
}

interface TargetOfKind {
  readonly kind: string;
}

interface ConsumerOfKind {
  readonly kind: 'polling' | 'fan-out' | 'delivered' | 'group';
}

export interface TargetContext {
  readonly problems: Problem[];
  /** Path of the scenario. Files that it names are relative to its folder. */
  readonly scenarioFile: string | undefined;
  /** Steps of the scenario: the engine needs memory for the shards that they create. */
  readonly steps: ParsedSteps;
}

interface TargetProblem {
  /** A sentence. */
  readonly what: string;
  /** A sentence. */
  readonly fix: string;
}

export type Report = (code: Problem['code'], path: readonly PathPart[], what: string, fix: string) => void;
