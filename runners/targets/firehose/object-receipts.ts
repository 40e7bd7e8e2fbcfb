/** Receipts of the records of one object. */
export interface ObjectReceipts {
  readonly name: string;
  /** Records of this run. */
  records: number;
  /** Records that were delivered before, in this object or in another one. */
  repeated: number;
  /** Records that were delivered after a later record of the same key. */
  late: number;
  /** Records in the error output, by the error's code. */
  readonly failed: Map<string, number>;
}

export const emptyReceipts = (name: string): ObjectReceipts => ({
  name,
  records: 0,
  repeated: 0,
  late: 0,
  failed: new Map(),
});

/** Objects named in one note. */
const NAMES_MAX = 3;

/** Collects the objects that hold records which are not as they should be, and describes them in sentences. */
export class OddObjects {
  readonly #consumer: string;
  readonly #odd: ObjectReceipts[] = [];

  constructor(consumer: string) {
    this.#consumer = consumer;
  }

  add(receipts: ObjectReceipts): void {
    if (receipts.repeated > 0 || receipts.late > 0 || receipts.failed.size > 0) this.#odd.push(receipts);
  }

  get notes(): readonly string[] {
    const codes = new Set(this.#odd.flatMap(({ failed }) => [...failed.keys()]));
    return [
      ...this.#note('repeat records that had been delivered before', ({ repeated }) => repeated),
      ...this.#note('have records that came after a later one of the same key', ({ late }) => late),
      ...[...codes].flatMap((code) =>
        this.#note(`have records of the error output, with the code ${code}`, ({ failed }) => failed.get(code) ?? 0),
      ),
    ];
  }

  #note(what: string, countOf: (receipts: ObjectReceipts) => number): string[] {
    const found = this.#odd.filter((receipts) => countOf(receipts) > 0);
    if (found.length === 0) return [];
    const shown = found.slice(0, NAMES_MAX).map((receipts) => `${receipts.name} (${countOf(receipts)})`);
    const more = found.length > shown.length ? ` and ${found.length - shown.length} more` : '';
    const objects = found.length === 1 ? '1 object' : `${found.length} objects`;
    const verb = found.length === 1 ? what.replace(/^repeat\b/, 'repeats').replace(/^have\b/, 'has') : what;
    return [`Consumer ${this.#consumer}: ${objects} ${verb}: ${shown.join(', ')}${more}.`];
  }
}
