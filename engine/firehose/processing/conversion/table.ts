import { type HiveField, readHiveType } from './hive-type.ts';

/** A column as Glue describes it. */
export interface GlueColumn {
  readonly Name: string;
  readonly Type: string;
}

/** Columns of a table: as a list, or as Glue returns the whole table. It takes the place of the Glue Data Catalog. */
export type TableInput =
  | readonly GlueColumn[]
  | { readonly Table: { readonly StorageDescriptor: { readonly Columns: readonly GlueColumn[] } } };

export type ReadTable =
  | { readonly kind: 'table'; readonly columns: readonly HiveField[] }
  | { readonly kind: 'problem'; readonly problem: string };

export function readTable(input: TableInput): ReadTable {
  const given = 'Table' in input ? input.Table.StorageDescriptor.Columns : input;
  if (given.length === 0) return { kind: 'problem', problem: 'The table has no columns.' };
  const columns: HiveField[] = [];
  for (const { Name, Type } of given) {
    const name = Name.toLowerCase();
    const type = readHiveType(Type);
    if (type === undefined)
      return { kind: 'problem', problem: `The type of column ${name} is no type of Hive: ${Type}.` };
    if (columns.some((column) => column.name === name))
      return { kind: 'problem', problem: `The table has two columns with the name ${name}.` };
    columns.push({ name, type });
  }
  return { kind: 'table', columns };
}
