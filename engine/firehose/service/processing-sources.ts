import type { Tables } from '../processing/conversion/conversion-input.ts';
import type { FunctionSources } from '../processing/function-source.ts';

/** Functions and tables, which AWS has in other services and the engine gets as options. */
export interface ProcessingSources {
  /** Where functions run that Lambda processors name, by the name of the function. */
  readonly functions: FunctionSources;
  /** Columns of tables, by DATABASE.TABLE, for the conversion to Parquet. */
  readonly tables: Tables;
}
