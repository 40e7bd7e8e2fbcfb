import type { Deserializer } from './deserializer.ts';

/** Records of a stream have the same keys again and again; records with other keys each must not fill the memory. */
const REMEMBERED_MAX = 10_000;

/** Finds the column of a key of JSON. */
export class KeyFinder {
  readonly #deserializer: Pick<Deserializer, 'isCaseInsensitive' | 'hasUnderscoresForDots'>;
  readonly #columns: ReadonlyMap<string, number>;
  readonly #known = new Map<string, number>();

  constructor(
    columns: readonly string[],
    deserializer: Pick<Deserializer, 'isCaseInsensitive' | 'hasUnderscoresForDots' | 'keyOfColumn'>,
  ) {
    this.#deserializer = deserializer;
    const keyOf = (column: string) => deserializer.keyOfColumn.get(column) ?? column;
    this.#columns = new Map(columns.map((column, index) => [this.#normal(keyOf(column)), index]));
  }

  /** @returns -1 for a key that no column has. */
  indexOf(key: string): number {
    let index = this.#known.get(key);
    if (index === undefined) {
      index = this.#columns.get(this.#normal(key)) ?? -1;
      if (this.#known.size < REMEMBERED_MAX) this.#known.set(key, index);
    }
    return index;
  }

  #normal(key: string): string {
    const { isCaseInsensitive, hasUnderscoresForDots } = this.#deserializer;
    const undotted = hasUnderscoresForDots ? key.replaceAll('.', '_') : key;
    return isCaseInsensitive ? undotted.toLowerCase() : undotted;
  }
}
