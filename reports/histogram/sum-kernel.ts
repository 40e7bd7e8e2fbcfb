/** sum-kernel.wat, compiled: a test compiles the source again and compares. */
const KERNEL =
  'AGFzbQEAAAABFQRgAABgAXsCe3tgAn9/AX9gAX8BfwMHBgAAAQICAwUGAQEUgIAEBg4CfwFBgKgIC38BQYAICwcgBAZtZW1vcnkCAAVjbGVhcgABA2FkZAADBXdyaXRlAAUIAQAK2BEGNQEBfwNAIABBAnQgAEEBakEBdEEEIABBD3RyIABBAXEbNgKABCAAQQFqIQAgAEGAAUkNAAsLGQBBgAhBAEGAwAj8CwBBgKgIJABBgAgkAQukAQECeyAAQQT9jQFBD/0P/U4hASAA/QwAEBMEv7+5uQAAAAAAAAAAIAEgAEEv/Q/9I/1u/Q79biECIAJBP/0Q/U5BBv2LASACQQj9jQH9UEGAoAT9Ef26ASECIAIgAv0NAgEABgUECgkIDg0MAwMDA/0MFRERERERERERERMaGxsbGiAAQQ/9D/1O/Q79DBAQAQIECAQIEBAQEBAQEBAgAf0O/U4LjwoDBXsJfwF+IAFBOEkEQEEADwsgAP0ABAAQAiEDIQIgAiAC/Q0AAQIDBwYFBAgJCgsMDQ4P/RsBIQggCEGA6jBLBEBBAA8LIAhBKGohCCAIQQJ0QQJqQQNuIQcgACAHQQNqQXxxaiEKIAogAGsgAUsEQEEADwtBgIAMIQn9DAAAAAAAAAAAAAAAAAAAAAAhBAJAA0AgB0EQSQ0BIAD9AAQAIQUgBUEE/Y0BQQ/9D/1OIQYgBf0MABATBL+/ubkAAAAAAAAAACAGIAVBL/0P/SP9bv0O/W4hAiACQT/9EP1OQQb9iwEgAkEI/Y0B/VBBgKAE/RH9ugEhAiAJIAIgAv0NAgEABgUECgkIDg0MAwMDA/0LBAAgBP0MFRERERERERERERMaGxsbGiAFQQ/9D/1O/Q79DBAQAQIECAQIEBAQEBAQEBAgBv0O/U79UCEEIABBEGohACAJQQxqIQkgB0EQayEHDAALCyAHBEBBwABBwQD9D/0LBABBwAAgACAH/AoAAEHAAP0ABAAQAiEDIQIgCSAC/QsEACAEIAP9UCEEIAAgB2ohAAsgBP1TBEBBAA8LAkADQCAAIApPDQEgAC0AAEE9RwRAQQAPCyAAQQFqIQAMAAsLQQRBhIAMKAIANgIAQQD9AAQAQYCADP0ABAD9UUEQ/QAEAEGQgAz9AAQA/VH9UEEg/V0DAEGggAz9XQMA/VH9UP1TBEBBAA8LQaiADCELQYCADCAIaiEIQYAIIQ8CQANAIAsgCE8NASAPQYCoCE8EQEEADwsgC0EIaiEHIAcgCE0EQCALKQMAIRAgEEKAgYKEiJCgwIB/g1AEQCAQp0H/AHFBAnQoAoAEIQwgDyAPKAIAIAxBEHZqNgIAIA8gDEH//wNxaiEPIBBCCIinQf8AcUECdCgCgAQhDCAPIA8oAgAgDEEQdmo2AgAgDyAMQf//A3FqIQ8gEEIQiKdB/wBxQQJ0KAKABCEMIA8gDygCACAMQRB2ajYCACAPIAxB//8DcWohDyAQQhiIp0H/AHFBAnQoAoAEIQwgDyAPKAIAIAxBEHZqNgIAIA8gDEH//wNxaiEPIBBCIIinQf8AcUECdCgCgAQhDCAPIA8oAgAgDEEQdmo2AgAgDyAMQf//A3FqIQ8gEEIoiKdB/wBxQQJ0KAKABCEMIA8gDygCACAMQRB2ajYCACAPIAxB//8DcWohDyAQQjCIp0H/AHFBAnQoAoAEIQwgDyAPKAIAIAxBEHZqNgIAIA8gDEH//wNxaiEPIBBCOIinQQJ0KAKABCEMIA8gDygCACAMQRB2ajYCACAPIAxB//8DcWohDyAHIQsMAgsLIAstAAAhDCALQQFqIQsgDEGAAU8EQCALLQAAIQ0gC0EBaiELIAxB/wBxIA1B/wBxQQd0ciEMIA1BgAFPBEAgCy0AACENIAtBAWohCyANQYABTwRAQQAPCyAMIA1BDnRyIQwLC0EAIAxBAXFrIQ4gDyAPKAIAIAxBAXYgDkF/c3FqNgIAIA9BBGogDEEBa0EBdCAOcWohDwwACwsgCyAIRyAPQYCoCEtyBEBBAA8LIA8jAUsEQCAPJAELQYAIIQ5BqIAMLQAAIQxBqYAMLQAAIQ0gDEEBcQRAIAxBgAFJBEAgDiAMQQFqQQF0aiEOBSANQYABSQRAIA4gDEH/AHEgDUEHdHJBAWpBAXRqIQ4LCwsgDiMASSAIQaiADEtxBEAgDiQACyAKCzcAAkADQCABQYABSQ0BIAAgAUGAAXI6AAAgAUEHdiEBIABBAWohAAwACwsgACABOgAAIABBAWoLlgUDBn8CewF/QaiADCEDIwBBcHEhASMBIQIgAUGACGtBAnYhBQJAA0AgASACTw0BIAH9AAQAIAH9AAQQ/VAgAf0ABCAgAf0ABDD9UP1Q/VNFBEAgBUEQaiEFIAFBwABqIQEMAQsgAUHAAGohCQNAIAEoAgAhBCAEQcAASSAFQcEASXEEQCAEQQBHIQYgAyAFQQF0QQFrIAVBAUZBAWtxOgAAIAMgBiAFQQBHcWohAyADIARBAXQ6AAAgAyAGaiEDIAVBAWogBkEBa3EhBQUgBARAIAUEQCADQQAgBUEBdEEBayAFQQFGGxAEIQMLIAMgBEEBdBAEIQNBACEFBSAFQQFqIQULCyABQQRqIQEgASAJSQ0ACwwACwsgAiMASwRAIwBBACACIwBr/AsAC0GAqAgkAEGACCQBIANBqIAMayEJQYCADEEAQSj8CgAAQYSADEEAOgAAQYWADCAJQRB2OgAAQYaADCAJQQh2OgAAQYeADCAJOgAAIAP9DAAAAAAAAAAAAAAAAAAAAAD9CwQAIAlBKGohCUGAgAwhASAAIAlBAmpBA25BAnRqIQIDQCAB/QAEACEHIAf9DAAAAAAAAAAAAAAAAAAAAAD9DQIBABAFBAMQCAcGEAsKCRAhByAHQRL9rQEgB0EE/a0BQYD+AP0R/U79UCAHQQr9qwFBgID8Af0R/U4gB0EY/asBQYCAgPgD/RH9Tv1Q/VAhByAHQTP9D/1zIAdBGv0P/SZBDf0P/U79UCEIIAAgB/0MR/z8/Pz8/Pz8/Pzt8EEAACAI/Q79bv0LBAAgAUEMaiEBIABBEGohACAAIAJJDQALIAlBA3AhCSAJBEAgAkEBa0E9OgAACyAJQQFGBEAgAkECa0E9OgAACyACCwsuAQBBAAsoHISTEwAAAAAAAAAAAAAAAwAAAAAAAAABAAADRjC4oAA/8AAAAAAAAA==';

/** The part of WebAssembly that is used here. Its types come with a browser's, not with Node's. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
  validate(bytes: Uint8Array): boolean;
}
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
interface Exports {
  readonly memory: Memory;
  readonly clear: () => void;
  readonly add: (text: number, most: number) => number;
  readonly write: (out: number) => number;
}

const { Module, Instance, validate } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
const PAGE_BYTES = 64 * 1024;
/** First free address. Memory below it is the kernel's own. */
const FIRST_FREE = 0x130000;
/** So many counts below 2^20 fit a slot and, doubled, a code. */
export const KERNEL_SUMMANDS_MAX = 1024;
/** Room for a sum as text, at the most: 33,792 runs and counts of 3 and 5 bytes each. */
export const SUM_TEXT_ROOM = 384 * 1024;

/**
 * Adds up histograms as texts of a file hold them: base64 of HdrHistogram V2, not compressed. It does in one go, in memory of
 * its own, what base64Bytes, addPayload and writePayload do, four times as fast, and rejects everything unusual.
 */
export class SumKernel {
  readonly #exports: Exports;
  #bytes: Buffer;
  #free = FIRST_FREE;

  private constructor(exports: Exports) {
    this.#exports = exports;
    this.#bytes = Buffer.from(exports.memory.buffer);
  }

  /** @returns undefined where there are no vectors in WebAssembly, or no memory. */
  static create(): SumKernel | undefined {
    try {
      const bytes = Buffer.from(KERNEL, 'base64');
      if (!validate(bytes)) return undefined;
      return new SumKernel(new Instance(new Module(bytes)).exports as Exports);
    } catch {
      return undefined;
    }
  }

  /** All of its memory; another view after `take`. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Memory for the caller, which stays his. @returns where it begins. @throws RangeError when there is none left. */
  take(bytes: number): number {
    const at = this.#free;
    const missing = at + bytes - this.#bytes.length;
    if (missing > 0) {
      this.#exports.memory.grow(Math.ceil(missing / PAGE_BYTES));
      this.#bytes = Buffer.from(this.#exports.memory.buffer);
    }
    this.#free += Math.ceil(bytes / 64) * 64;
    return at;
  }

  /**
   * Adds the histogram whose text begins at `at` and has at most `most` characters.
   * @returns false when it is not ordinary, although it may be one: of other parameters, compressed, with a count beyond
   *   2^20, or damaged. The sum is then empty.
   */
  add(at: number, most: number): boolean {
    if (this.#exports.add(at, most) !== at + most) {
      this.#exports.clear();
      return false;
    }
    return true;
  }

  /** Forgets the sum. */
  clear(): void {
    this.#exports.clear();
  }

  /** Writes the sum at `at`, where SUM_TEXT_ROOM bytes are free, and forgets it. @returns where the text ends. */
  write(at: number): number {
    return this.#exports.write(at);
  }
}
