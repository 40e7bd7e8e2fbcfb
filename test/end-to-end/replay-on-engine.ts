import { keyByteAt, keyBytesAt, nextFrameByte, payloadByteAt, payloadBytesAt } from '../../engine/log/frame.ts';
import { CLAIM_READY } from '../../engine/log/shard-log-reader.ts';
import { StreamReader } from '../../engine/threads/stream-reader.ts';
import { Producer } from '../../runners/producer/producer.ts';
import { planRun } from '../../runners/run/run-plan.ts';
import type { EngineHandle } from '../../runners/targets/engine/engine-target.ts';
import { loadDriver, setUpTarget } from '../../runners/targets/targets.ts';
import { isScenarioError } from '../../workloads/errors.ts';
import { loadReplay } from '../../workloads/replay.ts';
import { resolveScenario } from '../../workloads/resolve.ts';

const RECORD_BYTES = 65_536;

export interface Received {
  readonly key: Buffer;
  readonly payload: Buffer;
}

export interface ReplayOptions {
  readonly replay: Readonly<Record<string, unknown>>;
  /** Without it every record has the key `one`. */
  readonly keyField?: string;
}

/**
 * Replays a recording once through a producer on an engine of one shard, and reads what a consumer gets.
 * @returns the records in their order, or the problems for which the recording was rejected.
 */
export async function replayOnEngine({ replay, keyField }: ReplayOptions): Promise<Received[] | readonly string[]> {
  const scenarioAt = (rate: string) =>
    resolveScenario({
      name: 'bytes',
      target: { kind: 'engine', shards: 1, memory: '4MiB', maxRecordBytes: `${RECORD_BYTES}B` },
      workloads: [
        {
          name: 'recorded',
          phases: [{ name: 'all', duration: '1ms', rate }],
          keys: keyField === undefined ? { one: 'one' } : { field: keyField },
          payload: { replay },
        },
      ],
    });
  try {
    const first = scenarioAt('1k/s');
    const { count } = loadReplay(first.workloads[0]!, RECORD_BYTES)!;
    const scenario = scenarioAt(`${count}k/s`);
    const target = await setUpTarget(scenario);
    const plan = planRun(scenario, target);
    plan.control.start(Number(process.hrtime.bigint() - plan.baseNs));
    new Producer(plan.producers[0]!, await loadDriver(target.handle)).run();
    return readAll(target.handle as EngineHandle);
  } catch (error) {
    if (isScenarioError(error)) return error.problems.map(({ code, what, fix }) => `${code} ${what} ${fix}`);
    throw error;
  }
}

function readAll({ stream }: EngineHandle): Received[] {
  const received: Received[] = [];
  const { log, reader } = new StreamReader(stream).shards[0]!;
  while (reader.next() === CLAIM_READY) {
    let frame = reader.firstFrameByte;
    for (let left = reader.records; left > 0; left--) {
      const copy = (at: number, bytes: number) => Buffer.from(log.bytes.slice(at, at + bytes));
      received.push({
        key: copy(keyByteAt(frame), keyBytesAt(log, frame)),
        payload: copy(payloadByteAt(log, frame), payloadBytesAt(log, frame)),
      });
      frame = nextFrameByte(log, frame);
    }
  }
  return received;
}
