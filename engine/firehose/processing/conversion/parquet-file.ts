import { gzipSync } from 'node:zlib';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { compressSync } from 'snappy';
import type { HiveField } from './hive-type.ts';
import { parquetSchema } from './parquet-schema.ts';

export type ParquetCodec = 'SNAPPY' | 'GZIP' | 'UNCOMPRESSED';

export interface ParquetOptions {
  readonly codec: ParquetCodec;
  readonly pageBytes: number;
  /** False writes every page without a dictionary. */
  readonly hasDictionary: boolean;
}

/** The values of so many rows are in memory at once. The service cuts by bytes, which this writer does not count. */
const ROW_GROUP_ROWS = 20_000;

/** Writes rows into a Parquet file, a row group at a time. */
export class ParquetFile {
  readonly #columns: readonly HiveField[];
  readonly #options: ParquetOptions;
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [];
  #values: unknown[][];

  constructor(columns: readonly HiveField[], options: ParquetOptions) {
    this.#columns = columns;
    this.#options = options;
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: parquetSchema(columns),
      codec: options.codec,
      compressors: { SNAPPY: (input) => compressSync(input), GZIP: (input) => gzipSync(input) },
      createdBy: 'streamgauge',
    });
    this.#values = columns.map(() => []);
  }

  get hasRows(): boolean {
    return this.#pieces.length > 0 || this.#rows > 0;
  }

  get #rows(): number {
    return this.#values[0]?.length ?? 0;
  }

  add(row: readonly unknown[]): void {
    for (let i = 0; i < row.length; i++) this.#values[i]!.push(row[i]);
    if (this.#rows >= ROW_GROUP_ROWS) this.#writeGroup();
  }

  /** @returns the bytes of the file, one piece after the other. */
  finish(): readonly Uint8Array<ArrayBuffer>[] {
    if (this.#rows > 0) this.#writeGroup();
    void this.#writer.finish();
    this.#takePiece();
    return this.#pieces;
  }

  #writeGroup(): void {
    const encoding = this.#options.hasDictionary ? {} : ({ encoding: 'PLAIN' } as const);
    const columnData = this.#columns.map(({ name }, i) => ({ name, data: this.#values[i]!, ...encoding }));
    void this.#writer.write({ columnData, rowGroupSize: ROW_GROUP_ROWS, pageSize: this.#options.pageBytes });
    this.#values = this.#columns.map(() => []);
    this.#takePiece();
  }

  /** The writer knows its place in the file by `offset`; its buffer can be used again. */
  #takePiece(): void {
    this.#pieces.push(this.#bytes.getBytes().slice() as Uint8Array<ArrayBuffer>);
    this.#bytes.index = 0;
  }
}
