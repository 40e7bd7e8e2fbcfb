import { crc32 } from 'node:zlib';
import { BLOCK_BYTES, FRAME_ALIGNMENT_BYTES } from '../../log/layout.ts';

/**
 * One file of an archive. Little-endian. A place is what a compact sequence number is: a byte of the shard's whole log, in
 * units of 8 bytes.
 *
 *   header | runs | footer of a finished file
 *   64 B
 *
 * The header. The state is that of the shard, good in the newest file only; it is written again in place.
 *
 *   offset field         type    meaning
 *   0      magic         8 bytes
 *   8      version       uint32
 *   12     headerBytes   uint32
 *   16     place         float64 of the file's first run; also its name
 *   24     writtenAtNs   float64 no record of the file is older
 *   32     headerCrc     uint32  of bytes 0 to 31
 *   36     stateCrc      uint32  of bytes 40 to 55
 *   40     reservedTo    float64 no sequence number from here on was given out
 *   48     keptFrom      float64 records before were trimmed
 *   56     spare
 *
 * A run: neighbouring claims, byte for byte as in memory (engine/log/layout.ts), each from the block after the one before.
 *
 *   0      runCrc        uint32  of what follows in the run; begins with the salt of the file's name
 *   4      magic         uint32
 *   8      runBytes      int32   bytes of the claims, in whole blocks
 *   12     recordCount   int32
 *   16     place         float64 of the first claim
 *   24     claims
 *
 * The footer: one row for the first run of each page, then the trailer. A page is what is read at a time.
 *
 *   0      place         float64 of the page's first run
 *   8      fileByte      float64 where it starts
 *   16     writtenAtNs   float64 when its first claim was written
 *
 *   0      magic         8 bytes
 *   8      dataBytes     float64 where the runs end and the rows begin
 *   16     end           float64 one past the last claim
 *   24     writtenAtNs   float64 when the last claim was written
 *   32     rowCount      uint32
 *   36     footerCrc     uint32  of the rows and of bytes 0 to 35
 */
const SEGMENT_MAGIC = 'SGSEGMNT';
const SEGMENT_VERSION = 1;
export const HEADER_BYTES = 64;
const VERSION_OFFSET = 8;
export const STATE_OFFSET = 36;
const STATE_BYTES = 20;

export const RUN_MAGIC = 0x4e555253; // "SRUN"
export const RUN_CRC_OFFSET = 0;
export const RUN_MAGIC_OFFSET = 4;
export const RUN_BYTES_OFFSET = 8;
export const RUN_RECORDS_OFFSET = 12;
export const RUN_PLACE_OFFSET = 16;
export const RUN_HEADER_BYTES = 24;

export const FOOTER_MAGIC = 'SGFOOTER';
export const ROW_NUMBERS = 3;
export const ROW_BYTES = ROW_NUMBERS * 8;
export const TRAILER_BYTES = 40;

/** A page begins with the first run that starts this far behind the beginning of the one before. */
export const PAGE_BYTES = 256 * 1024;
/** Claims share a run up to this size; a larger claim has one of its own. What is damaged is lost a run at a time. */
export const RUN_BYTES_WANTED = 64 * 1024;

/**
 * Sequence numbers are reserved this many at a time (4 GiB of records) before the first of them is given out. After a
 * crash the shard goes on behind its reserve: a number that a reader or a producer has seen is never given out again.
 */
export const RESERVED_UNITS = 2 ** 29;

/** Distance of bytes of a file as a distance of places. */
export const unitsOf = (bytes: number): number => bytes / FRAME_ALIGNMENT_BYTES;

const NAME_DIGITS = 16;
export const segmentName = (place: number): string => `${String(place).padStart(NAME_DIGITS, '0')}.segment`;
/** The place in a file's name; undefined for files of other kinds. */
export const placeInName = (name: string): number | undefined =>
  /^\d{16}\.segment$/.test(name) ? Number(name.slice(0, NAME_DIGITS)) : undefined;

/** Start value of the checksums of a file's runs: a run of another file is never valid in this one. */
export const saltOf = (place: number): number => crc32(segmentName(place));

export interface SegmentHeader {
  readonly place: number;
  readonly writtenAtNs: number;
}

/** State of the whole shard in the newest file. */
export interface ShardFileState {
  readonly reservedTo: number;
  readonly keptFrom: number;
}

export function headerBytes({ place, writtenAtNs }: SegmentHeader, state: ShardFileState): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write(SEGMENT_MAGIC, 'latin1');
  bytes.writeUInt32LE(SEGMENT_VERSION, VERSION_OFFSET);
  bytes.writeUInt32LE(HEADER_BYTES, 12);
  bytes.writeDoubleLE(place, 16);
  bytes.writeDoubleLE(writtenAtNs, 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 32)), 32);
  stateBytes(state).copy(bytes, STATE_OFFSET);
  return bytes;
}

/** Bytes of the file from STATE_OFFSET on. */
export function stateBytes({ reservedTo, keptFrom }: ShardFileState): Buffer {
  const bytes = Buffer.alloc(STATE_BYTES);
  bytes.writeDoubleLE(reservedTo, 4);
  bytes.writeDoubleLE(keptFrom, 12);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)));
  return bytes;
}

/** @returns 'newer' for a file of a later version; each part is undefined when it is damaged. */
export function readHeader(
  bytes: Buffer,
): 'newer' | { readonly header: SegmentHeader | undefined; readonly state: ShardFileState | undefined } {
  const isWhole = bytes.length >= HEADER_BYTES && bytes.readUInt32LE(32) === crc32(bytes.subarray(0, 32));
  if (isWhole && bytes.readUInt32LE(VERSION_OFFSET) > SEGMENT_VERSION) return 'newer';
  const isOurs = isWhole && bytes.toString('latin1', 0, SEGMENT_MAGIC.length) === SEGMENT_MAGIC;
  const state = bytes.subarray(STATE_OFFSET, STATE_OFFSET + STATE_BYTES);
  const isState = state.length === STATE_BYTES && state.readUInt32LE() === crc32(state.subarray(4));
  return {
    header: isOurs ? { place: bytes.readDoubleLE(16), writtenAtNs: bytes.readDoubleLE(24) } : undefined,
    state: isState ? { reservedTo: state.readDoubleLE(4), keptFrom: state.readDoubleLE(12) } : undefined,
  };
}

function hold(condition: boolean, why: string): void {
  if (!condition) throw new Error(`engine/account/store/segment-layout: ${why}`);
}
hold(HEADER_BYTES % FRAME_ALIGNMENT_BYTES === 0, 'runs start on a frame boundary');
hold(RUN_HEADER_BYTES % FRAME_ALIGNMENT_BYTES === 0, 'claims are read through the views of frames');
hold(RUN_BYTES_WANTED % BLOCK_BYTES === 0 && PAGE_BYTES >= RUN_BYTES_WANTED, 'a page holds several runs');
