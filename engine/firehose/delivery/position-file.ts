import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { readIfThere } from '../../account/store/read-if-there.ts';

/** A slot has the position as float64, and its checksum. */
const POSITION_BYTES = 8;
const SLOT_BYTES = 16;
const SLOTS = 2;

/**
 * A position that survives the end of the process at any time: written in turn to one of two slots, so that one of them is
 * always whole. It is not flushed: after a failure of the machine, an earlier position repeats records and loses none.
 */
export class PositionFile {
  readonly #path: string;
  #file: number | undefined;
  #writes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** The last position, undefined if there is none. @throws errors of the file system. */
  read(): number | undefined {
    const bytes = readIfThere(this.#path);
    if (bytes === undefined) return undefined;
    const positions: number[] = [];
    for (let at = 0; at + SLOT_BYTES <= bytes.length; at += SLOT_BYTES) {
      const position = bytes.subarray(at, at + POSITION_BYTES);
      if (crc32(position) === bytes.readUInt32LE(at + POSITION_BYTES)) positions.push(position.readDoubleLE(0));
    }
    return positions.length === 0 ? undefined : Math.max(...positions);
  }

  /** @throws errors of the file system. */
  write(position: number): void {
    this.#file ??= opened(this.#path);
    const slot = Buffer.alloc(SLOT_BYTES);
    slot.writeDoubleLE(position, 0);
    slot.writeUInt32LE(crc32(slot.subarray(0, POSITION_BYTES)), POSITION_BYTES);
    writeSync(this.#file, slot, 0, SLOT_BYTES, (this.#writes % SLOTS) * SLOT_BYTES);
    this.#writes += 1;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

function opened(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  // Without truncation: the position of before stays until it is overwritten.
  try {
    return openSync(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return openSync(path, 'w+');
  }
}
