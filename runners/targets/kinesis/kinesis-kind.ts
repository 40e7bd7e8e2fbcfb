import { shardsAtStart, targetRecordBytesMax } from '../../../workloads/resolve-target.ts';
import type { Scenario } from '../../../workloads/scenario.ts';
import type { KinesisTargetSpec } from '../../../workloads/targets/kinesis.ts';
import { isAws, placeText } from '../../aws/endpoint.ts';
import { KINESIS } from '../../aws/service.ts';
import { AWS_BURST_NS, AWS_SHARD_RATES } from '../../aws/shard-limits.ts';
import { runnerError } from '../../errors.ts';
import { awsName, withSuffix } from '../../names/safe-name.ts';
import { countOf, mebibytes, timeText } from '../quantity-text.ts';
import type { KindProblem, TargetCost, TargetKind } from '../target-kind.ts';
import { kinesisFacts } from './kinesis-facts.ts';

const STREAM_NAME_CHARACTERS_MAX = 128;
const SHORTHAND = 'kinesis:';

/** A stream of Amazon Kinesis, on AWS or at an endpoint that speaks its protocol. */
export const kinesisKind: TargetKind<KinesisTargetSpec> = {
  kind: 'kinesis',
  loadDriver: async () => (await import('./kinesis-driver.ts')).kinesisDriver,
  // A result is comparable with results of the same client only, so every report names it.
  title: ({ stream, client }) => `kinesis stream ${stream} with ${clientText(client)}`,
  details: ({ endpoint, region, create, put, aggregate, protocol, maxRecordBytes, timeoutNs }) => [
    `endpoint ${endpoint ?? 'from the AWS environment'}`,
    ...(region === undefined ? [] : [`region ${region}`]),
    creationText(create),
    put === 'records' ? 'PutRecords' : 'PutRecord',
    ...(aggregate ? ['aggregated records'] : []),
    protocol === 'http2' ? 'HTTP/2' : 'HTTP/1.1',
    `records up to ${mebibytes(maxRecordBytes)}`,
    `calls time out after ${timeText(timeoutNs)}`,
  ],
  place: placeText,
  facts: kinesisFacts,
  reportsBehind: true,
  cost: costOfRuns(),
  createsResources: ({ create }, consumers) => create !== undefined || consumers.some(({ kind }) => kind === 'fan-out'),
  partsProblem,
  pricedAs: ({ create }) =>
    create && { shards: create.mode === 'provisioned' ? create.shards : 0, isOnDemand: create.mode === 'on-demand' },
  shardLimits: () => AWS_SHARD_RATES,
  burstNs: () => AWS_BURST_NS,
  plan: { putLatency: () => 'assumed' },
  gate: {
    // Deleting a stream takes a while, so the next block creates one of another name.
    forBlock(spec, blockNumber) {
      if (spec.create === undefined) return spec;
      return { ...spec, stream: withSuffix(spec.stream, `-${blockNumber}`, STREAM_NAME_CHARACTERS_MAX) };
    },
    byAddress: { base, at: (spec, endpoint) => ({ ...spec, endpoint }), written },
  },
  knee: {
    shardsProblem({ stream, create }) {
      if (create?.mode === 'provisioned') return undefined;
      return {
        what: `--shards needs a stream that knee creates, but stream ${stream} exists already`,
        fix: 'Add create: { shards: 1 } to the target, or omit --shards.',
      };
    },
    withShards: (target, shards) => ({
      ...target,
      create: { ...('create' in target && typeof target.create === 'object' ? target.create : {}), shards },
    }),
  },
  calibrate: {
    shorthand: {
      text: 'kinesis:STREAM',
      parse(text) {
        if (!text.startsWith(SHORTHAND)) return undefined;
        const stream = text.slice(SHORTHAND.length);
        if (stream === '') {
          throw runnerError('RUNNER_USAGE', { what: 'kinesis: has no stream name', fix: 'Write kinesis:STREAM.' });
        }
        return { kind: 'kinesis', stream };
      },
    },
    takesEndpoint: true,
    region: ({ region }) => region ?? process.env.AWS_REGION ?? null,
  },
};

/** Results of earlier versions name no client: theirs was the SDK. */
function clientText(client: KinesisTargetSpec['client'] | undefined): string {
  return client === 'lean' ? 'the lean client' : 'the AWS SDK';
}

function creationText(create: KinesisTargetSpec['create']): string {
  if (create === undefined) return 'must exist';
  if (create.mode === 'on-demand') return 'created on-demand and deleted afterwards';
  return `created with ${countOf(create.shards, 'shard')} and deleted afterwards`;
}

function costOfRuns(): TargetCost<KinesisTargetSpec> {
  return {
    payee: 'AWS',
    avoid: 'give the target an endpoint',
    freeBecause: 'the endpoint is not AWS',
    isIncurred: ({ endpoint }) => isAws(KINESIS, endpoint),
    async estimate(scenario, spec) {
      const [{ estimateCost }, { streamSizeOf }] = await Promise.all([import('./cost.ts'), import('./stream-size.ts')]);
      return estimateCost(scenario, spec, await streamSizeOf(spec));
    },
    async estimateOffline(scenario, spec) {
      const [{ estimateCost }, { createdSizeOf }] = await Promise.all([
        import('./cost.ts'),
        import('./stream-size.ts'),
      ]);
      const size = createdSizeOf(spec);
      if (size !== undefined) return estimateCost(scenario, spec, size);
      const assumption =
        'This is for a provisioned stream with 1 shard; the run reads the size of the stream before it asks.';
      return { ...estimateCost(scenario, spec, { shards: 1, isOnDemand: false }), assumption };
    },
  };
}

function partsProblem({ create }: KinesisTargetSpec, { steps = [], faults = [] }: Scenario): KindProblem | undefined {
  if (create !== undefined) {
    return {
      what: 'parts share a stream, and target.create makes one for each',
      fix: 'Make the stream first, and leave it out.',
    };
  }
  if (steps.length === 0 && faults.length === 0) return undefined;
  return {
    what: 'parts share a stream, and each would carry out the steps and faults of the scenario',
    fix: 'Remove them, and change the stream from outside during the run.',
  };
}

/** The stream of an endpoint that is given only by its address: the scenario's own, else one like its target. */
function base({ name, target }: Scenario): KinesisTargetSpec {
  if (target.kind === kinesisKind.kind) return target as KinesisTargetSpec;
  return {
    kind: 'kinesis',
    stream: awsName(name.replaceAll(' ', '-'), 100),
    client: 'lean',
    create: { mode: 'provisioned', shards: shardsAtStart(target) ?? 1 },
    put: 'records',
    aggregate: false,
    protocol: 'http1',
    maxRecordBytes: targetRecordBytesMax(target) ?? 2 ** 20,
    timeoutNs: 10e9,
  };
}

function written({
  kind,
  stream,
  region,
  client,
  create,
  put,
  aggregate,
  protocol,
  maxRecordBytes,
  timeoutNs,
}: KinesisTargetSpec) {
  return {
    kind,
    stream,
    ...(region === undefined ? {} : { region }),
    client,
    ...(create === undefined ? {} : { create: create.mode === 'on-demand' ? create : { shards: create.shards } }),
    put,
    aggregate,
    protocol,
    maxRecordBytes: `${maxRecordBytes}B`,
    timeout: `${timeoutNs}ns`,
  };
}
