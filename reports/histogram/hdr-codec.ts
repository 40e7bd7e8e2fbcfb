import { deflateSync, inflateSync } from 'node:zlib';
import { isErrorOf } from '../../errors/streamgauge-error.ts';
import { REPORT_ERRORS } from '../errors.ts';
import { unreadablePayload as unreadable } from './hdr-payload.ts';

/**
 * HdrHistogram V2, big endian.
 *
 *   0          4              8                        12       16       24        32       40
 *   +----------+--------------+------------------------+--------+--------+---------+--------+---------------
 *   | 1c849313 | payloadBytes | normalizingIndexOffset | digits | lowest | highest | ratio  | payload
 *   | int32    | int32        | int32, always 0        | int32  | int64  | int64   | double | zigzag LEB128
 *   +----------+--------------+------------------------+--------+--------+---------+--------+---------------
 *
 * The payload walks over the classes up to the last used one: a count c is written as 2c, a run of z >= 2 empty classes as
 * 2z - 1, one empty class as 0. Compressed: int32 1c849314, int32 length, zlib of the above. Every reader of histograms reads
 * both; logs and their viewers accept only the compressed form.
 * Source: HdrHistogram, AbstractHistogram.java (encodeIntoByteBuffer).
 */
const V2_COOKIE = 0x1c849313;
const V2_COMPRESSED_COOKIE = 0x1c849314;
/** Cookies differ in one nibble by the word size that the payload may use; readers ignore it. */
const COOKIE_BASE_MASK = ~0xf0;
const OLD_COOKIE_BASES = [0x1c849301, 0x1c849302, 0x1c849308, 0x1c849309].map((cookie) => cookie & COOKIE_BASE_MASK);

const PAYLOAD_BYTES_OFFSET = 4;
const NORMALIZING_OFFSET = 8;
const DIGITS_OFFSET = 12;
const LOWEST_OFFSET = 16;
const HIGHEST_OFFSET = 24;
const RATIO_OFFSET = 32;
export const HEADER_BYTES = 40;
const COMPRESSED_HEADER_BYTES = 8;

/** Lowest discernible value, highest trackable value, significant decimal digits. */
export interface HdrParameters {
  readonly lowest: number;
  readonly highest: number;
  readonly digits: number;
}

/** A hostile payload of empty runs is tiny and must not make a large one. */
const INFLATED_BYTES_MAX = 32 * 1024 * 1024;

/** Writes the header before a payload that begins at HEADER_BYTES. */
export function writeHeader(body: Buffer, { digits, lowest, highest }: HdrParameters, payloadBytes: number): void {
  body.writeInt32BE(V2_COOKIE, 0);
  body.writeInt32BE(payloadBytes, PAYLOAD_BYTES_OFFSET);
  body.writeInt32BE(0, NORMALIZING_OFFSET);
  body.writeInt32BE(digits, DIGITS_OFFSET);
  body.writeBigInt64BE(BigInt(lowest), LOWEST_OFFSET);
  body.writeBigInt64BE(BigInt(highest), HIGHEST_OFFSET);
  body.writeDoubleBE(1, RATIO_OFFSET);
}

/** @param body header and payload. */
export function compressHdr(body: Uint8Array): Buffer {
  const compressed = deflateSync(body);
  const head = Buffer.alloc(COMPRESSED_HEADER_BYTES);
  head.writeInt32BE(V2_COMPRESSED_COOKIE, 0);
  head.writeInt32BE(compressed.length, 4);
  return Buffer.concat([head, compressed]);
}

/** Reads the parameters of the header without checking them. */
export function parametersOf(body: Buffer): HdrParameters {
  return {
    lowest: readInt64(body, LOWEST_OFFSET),
    highest: readInt64(body, HIGHEST_OFFSET),
    digits: body.readInt32BE(DIGITS_OFFSET),
  };
}

/** Numbers beyond 2^53 lose their last bits: no parameter is so large. */
function readInt64(body: Buffer, at: number): number {
  return body.readInt32BE(at) * 2 ** 32 + body.readUInt32BE(at + 4);
}

/** Header and payload, which are whole, of a histogram in either form. Two encoders agree on these bytes, not on compressed ones. */
export function inflateHdr(bytes: Buffer): Buffer {
  if (bytes.length < COMPRESSED_HEADER_BYTES) throw unreadable(`${bytes.length} bytes are too few.`);
  const base = bytes.readInt32BE(0) & COOKIE_BASE_MASK;
  if (OLD_COOKIE_BASES.includes(base)) throw unreadable('it is in the V0 or V1 format.');
  if (base === (V2_COOKIE & COOKIE_BASE_MASK)) return checkedBody(bytes);
  if (base !== (V2_COMPRESSED_COOKIE & COOKIE_BASE_MASK)) throw unreadable('the cookie is not V2.');
  try {
    const body = inflateSync(bytes.subarray(COMPRESSED_HEADER_BYTES), { maxOutputLength: INFLATED_BYTES_MAX });
    return checkedBody(body);
  } catch (cause) {
    if (isErrorOf(REPORT_ERRORS, cause)) throw cause;
    throw unreadable('its compressed part is damaged.', cause);
  }
}

/** Cuts the body to the length in its header, so that only the payload follows. */
function checkedBody(body: Buffer): Buffer {
  if (body.length < HEADER_BYTES) throw unreadable(`inflatedBytes=${body.length}: the header is cut.`);
  if ((body.readInt32BE(0) & COOKIE_BASE_MASK) !== (V2_COOKIE & COOKIE_BASE_MASK))
    throw unreadable('the inner cookie is not V2.');
  const payloadBytes = body.readInt32BE(PAYLOAD_BYTES_OFFSET);
  if (payloadBytes < 0 || HEADER_BYTES + payloadBytes > body.length) {
    throw unreadable(`payloadBytes=${payloadBytes} inflatedBytes=${body.length}: the payload is cut.`);
  }
  return body.subarray(0, HEADER_BYTES + payloadBytes);
}
