import { randomInt } from 'node:crypto';
import type { Kinesis } from '@aws-sdk/client-kinesis';
import { isErrorOf } from '../../../errors/streamgauge-error.ts';
import type { Scenario } from '../../../workloads/scenario.ts';
import type { KinesisTargetSpec } from '../../../workloads/targets/kinesis.ts';
import { faultOf } from '../../aws/call-faults.ts';
import { type Connection, openClient, proxyOf, serverTimeOf } from '../../aws/client.ts';
import { endpointOf, isAws } from '../../aws/endpoint.ts';
import { setUpInterrupted, wrongProtocol } from '../../aws/resource-errors.ts';
import { KINESIS } from '../../aws/service.ts';
import { hasEvenRanges, listShards, type ShardInfo } from '../../aws/shards.ts';
import { leftBehind, streamFailed, streamResource } from '../../aws/stream-errors.ts';
import { RUNNER_ERRORS, runnerError } from '../../errors.ts';
import { awsName } from '../../names/safe-name.ts';
import { ENVELOPE_BYTES } from '../envelope.ts';
import { ServedFaults } from '../served-faults.ts';
import type { Target, TargetHandle } from '../target.ts';
import { otherProtocol } from './port-protocol.ts';
import { StreamLife } from './stream-life.ts';
import { StreamResharding } from './stream-resharding.ts';

export interface KinesisHandle extends TargetHandle {
  readonly kind: 'kinesis';
  readonly connection: Connection;
  readonly spec: KinesisTargetSpec;
  readonly runId: number;
  readonly shardCapacity: number;
  /** Open when the run starts. */
  readonly shards: readonly ShardInfo[];
  readonly start: StartingPoint;
  /** ARNs of registered fan-out consumers, by their names in the scenario. */
  readonly consumerArns: Readonly<Record<string, string>>;
}

/** Where consumers begin: in a stream of their own with its first record, otherwise at the service's time of set-up. */
type StartingPoint = { readonly kind: 'trim-horizon' } | { readonly kind: 'timestamp'; readonly atMs: number };

const RUN_ID_LIMIT = 2 ** 32;
/** Result files have a place for so many shards; what goes to shards beyond it belongs to none. */
const SHARD_CAPACITY_MAX = 4096;
/** New shards that a run may see, for each shard at its start: splitting all of them twice. */
const GROWTH_RATIO = 6;
const GROWTH_MIN = 16;

/**
 * Reaches the stream, or makes it, and registers fan-out consumers. What it made is gone after `tearDown`, and after a
 * failure or an interruption on the way.
 * @throws RunnerError RUNNER_TARGET_FAILED
 */
export async function setUpKinesis(spec: KinesisTargetSpec, scenario: Scenario, signal?: AbortSignal): Promise<Target> {
  const { region, protocol, timeoutNs } = spec;
  const endpoint = endpointOf(KINESIS, spec.endpoint);
  const connection: Connection = { endpoint, region, protocol, timeoutNs };
  const proxy = proxyOf(KINESIS, connection);
  if (proxy !== undefined) checkProxied(endpoint, scenario);
  else if (endpoint?.startsWith('https:')) await checkProtocol(spec, endpoint);
  const client = await openClient(connection, { sockets: 8, for: 'calls' });
  const life = new StreamLife(client, spec, signal);
  const end = async () => {
    const errors = await life.end();
    client.destroy();
    if (errors.length > 0) throw leftBehind(spec, errors);
  };
  try {
    const handle = await prepare(client, life, spec, scenario, connection);
    const traits = {
      shardCount: handle.shards.length,
      shardCapacity: handle.shardCapacity,
      hasUnevenRanges: !hasEvenRanges(handle.shards),
      consumers: 'own',
      waits: 'event-loop',
      residenceStart: 'hand-over',
      maxRecordBytes: spec.maxRecordBytes,
      envelopeBytes: ENVELOPE_BYTES,
    } as const;
    return {
      traits,
      handle,
      resharding: new StreamResharding(client, spec.stream),
      ...(endpoint === undefined || isAws(KINESIS, endpoint)
        ? {}
        : { faultInjection: new ServedFaults(endpoint, spec.stream) }),
      tearDown: end,
    };
  } catch (error) {
    await end();
    if (signal?.aborted === true) throw setUpInterrupted(streamResource(spec), signal);
    const isReached = isErrorOf(RUNNER_ERRORS, error) || faultOf(error).kind === 'refused';
    if (!isReached && proxy === undefined && endpoint?.startsWith('http:')) await checkProtocol(spec, endpoint);
    throw streamFailed(spec, error);
  }
}

async function checkProtocol(spec: KinesisTargetSpec, endpoint: string): Promise<void> {
  const spoken = await otherProtocol(endpoint);
  if (spoken !== undefined) throw wrongProtocol({ ...streamResource(spec), endpoint }, spoken);
}

/** SubscribeToShard of AWS needs HTTP/2, and proxies are spoken to over HTTP/1.1. */
function checkProxied(endpoint: string | undefined, { consumers }: Scenario): void {
  if (!isAws(KINESIS, endpoint) || consumers.every(({ kind }) => kind !== 'fan-out')) return;
  throw runnerError('RUNNER_USAGE', {
    what: 'AWS pushes records to fan-out consumers over HTTP/2 only, which does not go through a proxy',
    fix: 'Use polling consumers, or list .amazonaws.com in NO_PROXY to reach AWS directly.',
  });
}

async function prepare(
  client: Kinesis,
  life: StreamLife,
  spec: KinesisTargetSpec,
  scenario: Scenario,
  connection: Connection,
): Promise<KinesisHandle> {
  await life.create();
  const serverTimeMs = serverTimeOf(client);
  const streamArn = await life.awaitActive();
  const runId = randomInt(RUN_ID_LIMIT);
  const shards = (await listShards(client, spec.stream)).filter(({ isOpen }) => isOpen);
  const consumerArns: Record<string, string> = {};
  for (const { name, kind } of scenario.consumers) {
    if (kind !== 'fan-out') continue;
    consumerArns[name] = await life.registerConsumer(streamArn, consumerName(name, runId));
  }
  return {
    kind: 'kinesis',
    connection,
    spec,
    runId,
    shardCapacity: shardCapacityOf(shards),
    shards,
    start: spec.create === undefined ? { kind: 'timestamp', atMs: serverTimeMs() } : { kind: 'trim-horizon' },
    consumerArns,
  };
}

function shardCapacityOf(shards: readonly ShardInfo[]): number {
  const next = Math.max(...shards.map(({ index }) => index), 0) + 1;
  return Math.min(next + Math.max(GROWTH_MIN, GROWTH_RATIO * shards.length), SHARD_CAPACITY_MAX);
}

/** Registered names are those of an account's streams: what the service does not take is replaced. */
function consumerName(name: string, runId: number): string {
  const prefix = `streamgauge-${runId.toString(16)}-`;
  return `${prefix}${awsName(name, 128 - prefix.length)}`;
}
