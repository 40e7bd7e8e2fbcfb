/**
 * Whole numbers from 0 to 2^53 - 1 as text: unsigned LEB128 (seven bits a byte, lowest first, the eighth bit is set if more follow) in
 * base64. A 0 is followed by the number of further zeros, because most counts of a sketch are 0; the others are small.
 */
export function packNumbers(values: Float64Array): string {
  const packed = new Packed();
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    packed.add(value);
    if (value !== 0) continue;
    const first = i;
    while (values[i + 1] === 0) i += 1;
    packed.add(i - first);
  }
  return packed.text;
}

class Packed {
  #bytes = Buffer.alloc(1024);
  #at = 0;

  add(value: number): void {
    if (this.#at + 8 > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) {
      this.#bytes[this.#at] = 128 + (rest % 128);
      this.#at += 1;
    }
    this.#bytes[this.#at] = rest;
    this.#at += 1;
  }

  get text(): string {
    return this.#bytes.subarray(0, this.#at).toString('base64');
  }
}

/** @returns undefined unless the text holds exactly `count` numbers below 2^53. */
export function unpackNumbers(text: string, count: number): Float64Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  const values = new Float64Array(count);
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at];
      if (byte === undefined) return Number.NaN;
      at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  for (let i = 0; i < count; i += 1) {
    const value = next();
    if (!Number.isSafeInteger(value)) return undefined;
    values[i] = value;
    if (value !== 0) continue;
    const zeros = next();
    if (!(zeros < count - i)) return undefined;
    i += zeros;
  }
  return at === bytes.length ? values : undefined;
}
