import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Records of one chunk; large enough that a read of 20 bytes a record costs little against its system call. */
export const CHUNK_RECORDS = 65_536;
const RECORD_BYTES = 2 * Float64Array.BYTES_PER_ELEMENT + Uint32Array.BYTES_PER_ELEMENT;

/** Records in columns: when, which hash key, how large. */
export interface TraceColumns {
  readonly timesNs: Float64Array;
  readonly hashRatios: Float64Array;
  readonly bytes: Uint32Array;
}

export function traceColumns(records: number): TraceColumns {
  const memory = new ArrayBuffer(records * RECORD_BYTES);
  const doubles = records * Float64Array.BYTES_PER_ELEMENT;
  return {
    timesNs: new Float64Array(memory, 0, records),
    hashRatios: new Float64Array(memory, doubles, records),
    bytes: new Uint32Array(memory, 2 * doubles, records),
  };
}

/**
 * The records of a trace in a temporary file, 20 bytes each, so that a trace of any size is parsed once and read many times.
 *
 *   chunk   times (f64) | hash ratios (f64) | sizes (u32)     65,536 of each, fewer in the last chunk
 *
 * The file has no name any more while it is used: the system frees it however this process ends, a kill included. Where the system keeps
 * names of open files (Windows), it is removed by `close` and at the end of the process.
 */
export class TraceSpool {
  readonly #file: number;
  readonly #removeLater: (() => void) | undefined;
  readonly #open = traceColumns(CHUNK_RECORDS);
  #openRecords = 0;
  #bytesWritten = 0;
  #records = 0;
  #isClosed = false;

  /** @param folder where the temporary file is made. Default: the system's folder for such files. */
  constructor(folder = tmpdir()) {
    const own = mkdtempSync(join(folder, 'streamgauge-trace-'));
    const path = join(own, 'records');
    this.#file = openSync(path, 'wx+', 0o600);
    this.#removeLater = removeNow(own);
  }

  get records(): number {
    return this.#records;
  }

  /** Call in the order of time. */
  append(timeNs: number, hashRatio: number, bytes: number): void {
    const at = this.#openRecords;
    this.#open.timesNs[at] = timeNs;
    this.#open.hashRatios[at] = hashRatio;
    this.#open.bytes[at] = bytes;
    this.#openRecords = at + 1;
    this.#records += 1;
    if (this.#openRecords === CHUNK_RECORDS) this.#write();
  }

  /** Call after the last record. */
  finish(): void {
    if (this.#openRecords > 0) this.#write();
  }

  /** Reads all records again from the start. The columns are filled again with each chunk; `count` of them are valid. */
  *chunks(): Generator<{ readonly count: number; readonly columns: TraceColumns }> {
    const columns = traceColumns(CHUNK_RECORDS);
    for (let done = 0, at = 0; done < this.#records; ) {
      const count = Math.min(CHUNK_RECORDS, this.#records - done);
      for (const column of [columns.timesNs, columns.hashRatios, columns.bytes]) {
        at += readWhole(this.#file, column.subarray(0, count), at);
      }
      yield { count, columns };
      done += count;
    }
  }

  /** Frees the file. Safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#file);
    this.#removeLater?.();
  }

  #write(): void {
    const { timesNs, hashRatios, bytes } = this.#open;
    for (const column of [timesNs, hashRatios, bytes]) {
      this.#bytesWritten += writeWhole(this.#file, column.subarray(0, this.#openRecords), this.#bytesWritten);
    }
    this.#openRecords = 0;
  }
}

/** Removes a folder with an open file. @returns what removes it later, if the system does not allow it now. */
function removeNow(folder: string): (() => void) | undefined {
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    remove();
    return undefined;
  } catch {
    process.once('exit', remove);
    return () => {
      process.off('exit', remove);
      remove();
    };
  }
}

function writeWhole(file: number, column: Float64Array | Uint32Array, position: number): number {
  const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, position + done);
  return bytes.length;
}

function readWhole(file: number, column: Float64Array | Uint32Array, position: number): number {
  const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(file, bytes, done, bytes.length - done, position + done);
    if (read === 0) throw new Error(`the spooled trace ends at byte ${position + done}`);
    done += read;
  }
  return bytes.length;
}
