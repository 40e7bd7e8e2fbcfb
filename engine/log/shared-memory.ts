/** A WebAssembly.Memory that threads share; its buffer never changes its size. Survives `postMessage`. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

/** The parts of WebAssembly used here, because its types come with those of browsers and not with Node's. */
interface WebAssemblyApi {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { memory: Readonly<Record<string, SharedMemory>> },
  ) => { readonly exports: unknown };
  validate(bytes: Uint8Array): boolean;
}

export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

const PAGE_BYTES = 64 * 1024;

/**
 * Memories that one thread creates at most. Each takes some GiB of address space (not of memory),
 * and a process has room for about 16,000.
 */
const MEMORIES_MAX = 1024;
let memoriesMade = 0;

/**
 * Memory that threads share and that WebAssembly can reach, in whole pages of 64 KiB.
 * @returns undefined if address space is short: use a separate SharedArrayBuffer then.
 */
export function shareableMemory(bytes: number): SharedMemory | undefined {
  if (memoriesMade >= MEMORIES_MAX) return undefined;
  const pages = Math.max(1, Math.ceil(bytes / PAGE_BYTES));
  try {
    const memory = new webAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    memoriesMade += 1;
    return memory;
  } catch {
    return undefined;
  }
}

/** Address space of a thread's columns; pages that no column touches take no memory. Columns are never freed. */
const COLUMNS_BYTES = 64 * 1024 * 1024;
const COLUMN_ALIGNMENT_BYTES = 64;
let columns: SharedMemory | 'none' | undefined;
let columnsTaken = 0;

/** The memory of this thread's columns. */
export function columnsMemory(): SharedMemory | undefined {
  columns ??= shareableMemory(COLUMNS_BYTES) ?? 'none';
  return columns === 'none' ? undefined : columns;
}

/** Returns room for a column in the columns' memory, or in a buffer of its own if that is full. */
function columnAt(bytes: number): { readonly buffer: ArrayBufferLike; readonly at: number } {
  const memory = columnsMemory();
  const at = columnsTaken;
  const end = at + Math.ceil(bytes / COLUMN_ALIGNMENT_BYTES) * COLUMN_ALIGNMENT_BYTES;
  if (memory === undefined || end > COLUMNS_BYTES) return { buffer: new ArrayBuffer(bytes), at: 0 };
  columnsTaken = end;
  return { buffer: memory.buffer, at };
}

export function int32Column(length: number): Int32Array {
  const { buffer, at } = columnAt(length * Int32Array.BYTES_PER_ELEMENT);
  return new Int32Array(buffer, at, length);
}

export function float64Column(length: number): Float64Array {
  const { buffer, at } = columnAt(length * Float64Array.BYTES_PER_ELEMENT);
  return new Float64Array(buffer, at, length);
}
