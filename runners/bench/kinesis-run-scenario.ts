import type { BenchServer } from './peers.ts';

/** A client of the target kinesis, with which the command `run` is measured. */
export interface RunClient {
  /** Behind a benchmark's name: the lean client has the name itself. */
  readonly suffix: '' | '-sdk';
  readonly client: 'lean' | 'sdk';
}

export const LEAN_CLIENT: RunClient = { suffix: '', client: 'lean' };
export const SDK_CLIENT: RunClient = { suffix: '-sdk', client: 'sdk' };

export interface RunLoad {
  readonly name: string;
  readonly phases: readonly object[];
  readonly payloadBytes: number;
  readonly inFlight: number;
  readonly consumers: readonly object[];
}

const SHARDS = 4;
const KEYS = 1000;
const BATCH_RECORDS = 500;
const BATCH_BYTES = '1MB';
const LINGER_MS = 20;

/** The scenario of a run on a stream that it creates, as its file would have it. */
export function kinesisScenario({ port }: BenchServer, { client }: RunClient, load: RunLoad) {
  const { name, phases, payloadBytes, inFlight, consumers } = load;
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    name,
    target: { kind: 'kinesis', stream: name, endpoint, client, create: { shards: SHARDS } },
    workloads: [
      {
        name: 'load',
        phases,
        keys: { uniform: true, count: KEYS },
        payload: { size: `${payloadBytes}B` },
        producers: { batch: { records: BATCH_RECORDS, bytes: BATCH_BYTES, lingerMs: LINGER_MS }, inFlight },
      },
    ],
    consumers,
  };
}
