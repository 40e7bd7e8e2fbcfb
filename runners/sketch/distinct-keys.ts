const INDEX_BITS = 14;
const REGISTERS = 2 ** INDEX_BITS;
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

/**
 * An estimate of how many different keys there are, from their MD5, in 16 KiB. Standard error 0.8 %; below 40,000 keys it is smaller.
 * Two estimates merge exactly: the largest of each register.
 *
 * Source: Flajolet et al., "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm", 2007, with its linear counting
 * for few keys. A rank has 32 bits of the hash, so no correction for many keys is needed below 10^13.
 */
export class DistinctKeys {
  readonly registers: Uint8Array;

  /** @param registers those of another estimate, which are copied. */
  constructor(registers?: Uint8Array) {
    this.registers = registers === undefined ? new Uint8Array(REGISTERS) : Uint8Array.from(registers);
  }

  add(hash: Uint32Array): void {
    const index = hash[0]! >>> (32 - INDEX_BITS);
    const rank = Math.clz32(hash[1]!) + 1;
    if (rank > this.registers[index]!) this.registers[index] = rank;
  }

  merge({ registers }: DistinctKeys): void {
    for (let i = 0; i < REGISTERS; i += 1) if (registers[i]! > this.registers[i]!) this.registers[i] = registers[i]!;
  }

  estimate(): number {
    let sum = 0;
    let zeros = 0;
    for (const register of this.registers) {
      sum += 2 ** -register;
      if (register === 0) zeros += 1;
    }
    const raw = (ALPHA * REGISTERS * REGISTERS) / sum;
    return raw <= 2.5 * REGISTERS && zeros > 0 ? REGISTERS * Math.log(REGISTERS / zeros) : raw;
  }
}

export const DISTINCT_REGISTERS = REGISTERS;
