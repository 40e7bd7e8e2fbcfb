import { ENVELOPE_BYTES as RESERVED_BYTES } from '../../workloads/targets/envelope-bytes.ts';

/**
 * Head of every payload, by which a consumer measures and accounts for the record. Little-endian. The engine keeps these
 * numbers in its frame; a record of Kinesis or Kafka has room only in its payload.
 *
 *   0       4       8        10      12         16           20             28                 36
 *   +-------+-------+--------+-------+----------+------------+--------------+------------------+---------
 *   | magic | runId | source | spare | keyIndex | keyCounter | intendedAtNs | handedOverAtNs   | payload
 *   | u32   | u32   | u16    | u16   | u32      | u32        | f64          | f64              |
 *   +-------+-------+--------+-------+----------+------------+--------------+------------------+---------
 *
 * Times are ns since the schedule's start on the run's one clock: producers and consumers are threads of one machine.
 * runId is drawn for each run, so that what an earlier run left in a stream is not taken for this one's.
 */
const MAGIC = 0x31_6b_47_53; // 'SGk1'
const MAGIC_OFFSET = 0;
const RUN_ID_OFFSET = MAGIC_OFFSET + 4;
const SOURCE_OFFSET = RUN_ID_OFFSET + 4;
const SPARE_OFFSET = SOURCE_OFFSET + 2;
const KEY_INDEX_OFFSET = SPARE_OFFSET + 2;
const KEY_COUNTER_OFFSET = KEY_INDEX_OFFSET + 4;
const INTENDED_OFFSET = KEY_COUNTER_OFFSET + 4;
const HANDED_OVER_OFFSET = INTENDED_OFFSET + 8;
export const ENVELOPE_BYTES = HANDED_OVER_OFFSET + 8;

if (ENVELOPE_BYTES !== RESERVED_BYTES) throw new Error('envelope: scenarios count on another length');

export interface Envelope {
  source: number;
  keyIndex: number;
  keyCounter: number;
  intendedAtNs: number;
  handedOverAtNs: number;
}

export const emptyEnvelope = (): Envelope => ({
  source: 0,
  keyIndex: 0,
  keyCounter: 0,
  intendedAtNs: 0,
  handedOverAtNs: 0,
});

/** @param view all of the buffer that `at` counts in: a DataView writes a number at any byte without a call. */
export function writeEnvelopeAt(view: DataView, at: number, runId: number, envelope: Readonly<Envelope>): void {
  view.setUint32(at + MAGIC_OFFSET, MAGIC, true);
  view.setUint32(at + RUN_ID_OFFSET, runId, true);
  view.setUint16(at + SOURCE_OFFSET, envelope.source, true);
  view.setUint16(at + SPARE_OFFSET, 0, true);
  view.setUint32(at + KEY_INDEX_OFFSET, envelope.keyIndex, true);
  view.setUint32(at + KEY_COUNTER_OFFSET, envelope.keyCounter, true);
  view.setFloat64(at + INTENDED_OFFSET, envelope.intendedAtNs, true);
  view.setFloat64(at + HANDED_OVER_OFFSET, envelope.handedOverAtNs, true);
}

/**
 * Fills `into` from the data that begins at `at`. False for a record that is not of this run: somebody else's, or an earlier
 * run's.
 */
export function readEnvelope(bytes: DataView, at: number, dataBytes: number, runId: number, into: Envelope): boolean {
  if (dataBytes < ENVELOPE_BYTES) return false;
  if (bytes.getUint32(at + MAGIC_OFFSET, true) !== MAGIC || bytes.getUint32(at + RUN_ID_OFFSET, true) !== runId) {
    return false;
  }
  into.source = bytes.getUint16(at + SOURCE_OFFSET, true);
  into.keyIndex = bytes.getUint32(at + KEY_INDEX_OFFSET, true);
  into.keyCounter = bytes.getUint32(at + KEY_COUNTER_OFFSET, true);
  into.intendedAtNs = bytes.getFloat64(at + INTENDED_OFFSET, true);
  into.handedOverAtNs = bytes.getFloat64(at + HANDED_OVER_OFFSET, true);
  return true;
}
