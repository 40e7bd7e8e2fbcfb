import { createKeyChooser } from '../../../workloads/keys.ts';
import { createPayloadChooser } from '../../../workloads/payloads.ts';
import { type Arrivals, createArrivals } from '../../../workloads/schedule.ts';
import type { RecordColumns } from '../../simulation/load.ts';
import type { WorkloadTables } from './workload-tables.ts';

const CHUNK_RECORDS = 8192;

/** A workload on its way through its sequence of records. */
interface Sequence {
  readonly tables: WorkloadTables;
  readonly arrivals: Arrivals;
  readonly keyOf: (recordIndex: number) => number;
  readonly payloadOf: (recordIndex: number) => number;
  /** Number of the workload's first producer among all of the load. */
  readonly firstProducer: number;
  nextDueNs: number;
}

/**
 * Exactly the records that a run of the scenario makes, in the order of their due times. A workload's record i goes to its producer
 * i modulo their number, as in a run. The columns are filled again for each chunk.
 */
export function* scenarioRecords(workloads: readonly WorkloadTables[], seed: number): Generator<RecordColumns> {
  const sequences = sequencesOf(workloads, seed);
  const columns = {
    dueAtNs: new Float64Array(CHUNK_RECORDS),
    hashRatio: new Float64Array(CHUNK_RECORDS),
    bytes: new Uint32Array(CHUNK_RECORDS),
    producer: new Uint16Array(CHUNK_RECORDS),
  };
  for (;;) {
    let count = 0;
    while (count < CHUNK_RECORDS) {
      const sequence = firstOf(sequences);
      if (sequence.nextDueNs === Number.POSITIVE_INFINITY) break;
      const { tables, arrivals, firstProducer } = sequence;
      const { index } = arrivals;
      const key = sequence.keyOf(index);
      columns.dueAtNs[count] = sequence.nextDueNs;
      columns.hashRatio[count] = tables.hashRatios[key]!;
      columns.bytes[count] = tables.keyBytes[key]! + tables.payloadBytes[sequence.payloadOf(index)]!;
      columns.producer[count] = firstProducer + (index % tables.workload.producers.count);
      sequence.nextDueNs = arrivals.next();
      count += 1;
    }
    if (count === 0) return;
    yield { count, ...columns };
  }
}

function sequencesOf(workloads: readonly WorkloadTables[], seed: number): Sequence[] {
  let producers = 0;
  return workloads.map((tables) => {
    const { workload, replay, payloadBytes } = tables;
    const firstProducer = producers;
    producers += workload.producers.count;
    const arrivals = createArrivals(workload, seed, 0, 1, replay?.timesNs);
    return {
      tables,
      arrivals,
      keyOf: createKeyChooser(workload, seed, replay),
      payloadOf: createPayloadChooser(workload, seed, { count: payloadBytes.length }),
      firstProducer,
      nextDueNs: arrivals.next(),
    };
  });
}

function firstOf(sequences: readonly Sequence[]): Sequence {
  let first = sequences[0]!;
  for (let i = 1; i < sequences.length; i++) if (sequences[i]!.nextDueNs < first.nextDueNs) first = sequences[i]!;
  return first;
}
