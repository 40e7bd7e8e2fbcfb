import type { ByteTable, RecordBatch } from './record-batch.ts';
import { columnsMemory, type SharedMemory, webAssembly } from './shared-memory.ts';

/** frame-kernel.wat, compiled: a test compiles the source again and compares. */
const KERNEL =
  'AGFzbQEAAAABEQFgDH9/f39/f39/f39/fwF/Ak8EBm1lbW9yeQNsb2cCAwCAgAQGbWVtb3J5B2NvbHVtbnMCAwCAgAQGbWVtb3J5BGtleXMCAwCAgAQGbWVtb3J5CHBheWxvYWRzAgMAgIAEAwIBAAcJAQV3cml0ZQAACr8DAbwDAQd/AkADQCACIANPDQEgAihCAQBBAnQhDCACQQRqIQIgBCAMaihCAQAhDSAFIAxqKEIBAEECdCEOIAAgDTYCFCANQQJ0IQ0gCSANaihCAgAhEiAIIA1qKEICACERIAAgEiABQRB0cjYCBCAAIAcgDEEBdGopQwEANwMIIAAgBiAMaihCAQA2AhAgAEEYaiEQAkADQCASQQBMDQEgECARKUMCADcDACAQQQhqIRAgEUEIaiERIBJBCGshEgwACwsgCyAOaihCAwAhDyAKIA5qKEIDACERIAAgECAAayAPajYCACAPQQdqQXhxIRIgECASaiEAAkADQCASQcAASQ0BIBAgEf0ARAMA/QsEACAQIBH9AEQDEP0LBBAgECAR/QBEAyD9CwQgIBAgEf0ARAMw/QsEMCAQQcAAaiEQIBFBwABqIREgEkHAAGshEgwACwsgEkEgcQRAIBAgEf0ARAMA/QsEACAQIBH9AEQDEP0LBBAgEEEgaiEQIBFBIGohEQsgEkEQcQRAIBAgEf0ARAMA/QsEACAQQRBqIRAgEUEQaiERCyASQQhxBEAgECARKUMDADcDAAsMAAsLIAAL';

let compiled: object | 'unsupported' | undefined;

function kernelModule(): object | 'unsupported' {
  const bytes = Buffer.from(KERNEL, 'base64');
  return webAssembly.validate(bytes) ? new webAssembly.Module(bytes) : 'unsupported';
}

type Write = (
  frame: number,
  source: number,
  order: number,
  orderEnd: number,
  keyIndex: number,
  payloadIndex: number,
  keyCounter: number,
  intendedAtNs: number,
  keyOffsets: number,
  keyLengths: number,
  payloadOffsets: number,
  payloadLengths: number,
) => number;

/** `writeFrames` by WebAssembly, for one log and one pair of tables. */
export class FrameKernel {
  readonly #keys: ByteTable;
  readonly #payloads: ByteTable;
  readonly #columns: SharedArrayBuffer;
  readonly #write: Write;

  private constructor(keys: ByteTable, payloads: ByteTable, columns: SharedArrayBuffer, write: Write) {
    this.#keys = keys;
    this.#payloads = payloads;
    this.#columns = columns;
    this.#write = write;
  }

  /** @returns undefined if a table has no shared memory, or WebAssembly lacks vectors or multiple memories. */
  static over(log: SharedMemory, keys: ByteTable, payloads: ByteTable): FrameKernel | undefined {
    compiled ??= kernelModule();
    const columns = columnsMemory();
    if (compiled === 'unsupported' || columns === undefined || !keys.memory || !payloads.memory) return undefined;
    const memory = { log, columns, keys: keys.memory, payloads: payloads.memory };
    const { exports } = new webAssembly.Instance(compiled, { memory });
    return new FrameKernel(keys, payloads, columns.buffer, (exports as { write: Write }).write);
  }

  /** True if the kernel was made for the tables of this batch and reaches its columns. */
  reaches(batch: RecordBatch, order: Int32Array): boolean {
    const { buffer } = order;
    return this.isFor(batch) && buffer === this.#columns && batch.columns === buffer;
  }

  isFor(batch: RecordBatch): boolean {
    return batch.keys === this.#keys && batch.payloads === this.#payloads;
  }

  write(at: number, batch: RecordBatch, order: Int32Array, from: number, to: number): number {
    const orderByte = order.byteOffset;
    return this.#write(
      at,
      batch.source,
      orderByte + from * Int32Array.BYTES_PER_ELEMENT,
      orderByte + to * Int32Array.BYTES_PER_ELEMENT,
      batch.keyIndex.byteOffset,
      batch.payloadIndex.byteOffset,
      batch.keyCounter.byteOffset,
      batch.intendedAtNs.byteOffset,
      this.#keys.offsets.byteOffset,
      this.#keys.lengths.byteOffset,
      this.#payloads.offsets.byteOffset,
      this.#payloads.lengths.byteOffset,
    );
  }
}
