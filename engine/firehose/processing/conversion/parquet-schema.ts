import type { ParquetWriter } from 'hyparquet-writer';
import type { HiveField, HiveType } from './hive-type.ts';

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

/** The schema of a Parquet file, as a list of its elements from the root on. Every value may be null, as in Hive. */
export function parquetSchema(columns: readonly HiveField[]): SchemaElement[] {
  const root = { name: 'hive_schema', num_children: columns.length };
  return [root, ...columns.flatMap(({ name, type }) => elementsOf(name, type, 'OPTIONAL'))];
}

function elementsOf(name: string, type: HiveType, repetition_type: 'OPTIONAL' | 'REQUIRED'): SchemaElement[] {
  const element = { name, repetition_type };
  switch (type.kind) {
    case 'boolean':
      return [{ ...element, type: 'BOOLEAN' }];
    case 'tinyint':
      return [{ ...element, type: 'INT32', converted_type: 'INT_8' }];
    case 'smallint':
      return [{ ...element, type: 'INT32', converted_type: 'INT_16' }];
    case 'int':
      return [{ ...element, type: 'INT32' }];
    case 'bigint':
      return [{ ...element, type: 'INT64' }];
    case 'float':
      return [{ ...element, type: 'FLOAT' }];
    case 'double':
      return [{ ...element, type: 'DOUBLE' }];
    case 'string':
    case 'char':
    case 'varchar':
      return [{ ...element, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
    case 'binary':
      return [{ ...element, type: 'BYTE_ARRAY' }];
    case 'timestamp':
      return [{ ...element, type: 'INT64', converted_type: 'TIMESTAMP_MICROS' }];
    case 'date':
      return [{ ...element, type: 'INT32', converted_type: 'DATE' }];
    case 'decimal': {
      const { precision, scale } = type;
      const size = { type_length: bytesOfDigits(precision), precision, scale };
      return [{ ...element, type: 'FIXED_LEN_BYTE_ARRAY', converted_type: 'DECIMAL', ...size }];
    }
    case 'array':
      return [
        { ...element, converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        ...elementsOf('element', type.element, 'OPTIONAL'),
      ];
    case 'map':
      return [
        { ...element, converted_type: 'MAP', num_children: 1 },
        { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
        ...elementsOf('key', type.key, 'REQUIRED'),
        ...elementsOf('value', type.value, 'OPTIONAL'),
      ];
    case 'struct':
      return [
        { ...element, num_children: type.fields.length },
        ...type.fields.flatMap((field) => elementsOf(field.name, field.type, 'OPTIONAL')),
      ];
  }
}

/** The fewest bytes that hold every number of so many digits, with its sign. */
function bytesOfDigits(digits: number): number {
  let bytes = 1;
  while (2n ** BigInt(8 * bytes - 1) < 10n ** BigInt(digits)) bytes += 1;
  return bytes;
}
