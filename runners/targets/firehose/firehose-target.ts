import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FirehoseTargetSpec } from '../../../workloads/targets/firehose.ts';
import type { Connection } from '../../aws/client.ts';
import { isAws } from '../../aws/endpoint.ts';
import { resourcesLeftBehind, setUpInterrupted } from '../../aws/resource-errors.ts';
import { FIREHOSE } from '../../aws/service.ts';
import type { Target, TargetHandle, TargetTraits } from '../target.ts';
import { deliveryStreamFailed, deliveryStreamResource } from './delivery-stream-errors.ts';
import { DeliveryStreamFaults } from './delivery-stream-faults.ts';
import { DeliveryStreamLife } from './delivery-stream-life.ts';
import { connectionOf, openFirehose } from './firehose-client.ts';
import { LocalFirehose } from './local-firehose.ts';
import type { LocalFirehoseOptions } from './local-firehose-worker.ts';
import { RECORD_BYTES_MAX } from './put-calls.ts';
import { placeOf, type ReadingPlace } from './reading-place.ts';
import { ServedMetrics } from './served-metrics.ts';
import { STAMP_BYTES } from './stamp.ts';

export interface FirehoseHandle extends TargetHandle {
  readonly kind: 'firehose';
  readonly connection: Connection;
  /** With the endpoint of the Firehose that the run started, if it did. */
  readonly spec: FirehoseTargetSpec;
  readonly place: ReadingPlace;
  readonly runId: number;
}

const RUN_ID_LIMIT = 2 ** 32;
const CONTROL_SOCKETS = 2;

const TRAITS: TargetTraits = {
  shardCount: 1,
  shardCapacity: 1,
  consumers: 'own',
  waits: 'event-loop',
  residenceStart: 'hand-over',
  maxRecordBytes: RECORD_BYTES_MAX,
  envelopeBytes: STAMP_BYTES,
};

/**
 * Reaches the delivery stream, or creates it, on a Firehose that may run for this run only. What was created is deleted by
 * `tearDown`, and after a failure or an interruption on the way.
 * @throws RunnerError RUNNER_TARGET_FAILED
 */
export async function setUpFirehose(written: FirehoseTargetSpec, signal?: AbortSignal): Promise<Target> {
  const undo: (() => Promise<unknown>)[] = [];
  const end = async () => {
    const errors: unknown[] = [];
    for (let call = undo.pop(); call !== undefined; call = undo.pop())
      await call().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw errors[0];
  };
  const ownFolder = () => temporaryFolder(undo);
  let spec = written;
  try {
    const { timeoutNs, limits = 'none' } = written;
    const place = await placeOf(written.destination, { temporaryFolder: ownFolder, timeoutNs });
    if (written.local) {
      const local = await LocalFirehose.start({ limits, ...(await storeOf(place, ownFolder)) });
      undo.push(() => local.close());
      spec = { ...written, endpoint: local.endpoint };
    }
    const connection = connectionOf(spec);
    const client = await openFirehose(connection, CONTROL_SOCKETS);
    undo.push(async () => client.destroy());
    const life = new DeliveryStreamLife(client, spec, place, signal);
    // A local Firehose ends with its delivery streams.
    if (!written.local) undo.push(() => cleanUp(life, spec));
    await life.create();
    await life.awaitActive();
    const handle: FirehoseHandle = { kind: 'firehose', connection, spec, place, runId: randomInt(RUN_ID_LIMIT) };
    const { endpoint } = connection;
    const isOther = endpoint !== undefined && !isAws(FIREHOSE, endpoint);
    const extras = isOther ? await extrasOf(endpoint, spec.deliveryStream) : {};
    return { traits: TRAITS, handle, ...extras, tearDown: end };
  } catch (error) {
    await end();
    throw signal?.aborted === true
      ? setUpInterrupted(deliveryStreamResource(spec), signal)
      : deliveryStreamFailed(spec, error);
  }
}

/** Where a local Firehose stores objects: where consumers read them, or what an HTTP endpoint does not take. */
async function storeOf(
  place: ReadingPlace,
  ownFolder: () => Promise<string>,
): Promise<Pick<LocalFirehoseOptions, 'folder' | 's3'>> {
  if (place.kind === 'folder') return { folder: place.path };
  if (place.kind === 'http') return { folder: await ownFolder() };
  const { endpoint = '', region } = place.connection;
  return { s3: { url: endpoint, ...(region === undefined ? {} : { region }) } };
}

/** Abilities of an engine that AWS does not have. */
async function extrasOf(endpoint: string, deliveryStream: string): Promise<Pick<Target, 'metrics' | 'faultInjection'>> {
  const metrics = await ServedMetrics.open(endpoint, deliveryStream);
  return {
    ...(metrics === undefined ? {} : { metrics: () => metrics.sinceOpen() }),
    faultInjection: new DeliveryStreamFaults(endpoint, deliveryStream),
  };
}

async function temporaryFolder(undo: (() => Promise<unknown>)[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'streamgauge-firehose-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function cleanUp(life: DeliveryStreamLife, spec: FirehoseTargetSpec): Promise<void> {
  const errors = await life.end();
  if (errors.length === 0) return;
  throw resourcesLeftBehind(deliveryStreamResource(spec), errors, 'Delete the delivery stream yourself');
}
