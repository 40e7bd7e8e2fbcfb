import type { SourcePlace } from '../delivery/delivery-record.ts';
import type { Invocation } from './function-contract.ts';
import type { PackedBytes } from './packed-bytes.ts';

/** One invocation on its way to the thread of a module. */
export interface ModuleTask {
  readonly event: Omit<Invocation, 'records'>;
  readonly recordIds: readonly string[];
  readonly data: PackedBytes;
  readonly arrivedAtMs: Float64Array<ArrayBuffer>;
  readonly sources: readonly (SourcePlace | undefined)[] | undefined;
}

/** The response of the handler of a module, by returned record. */
export type ModuleResponse =
  | {
      readonly kind: 'returned';
      readonly recordIndexes: Int32Array<ArrayBuffer>;
      /** Indexes into RESULTS. */
      readonly results: Uint8Array<ArrayBuffer>;
      readonly data: PackedBytes;
      /** Undefined if no record has metadata. */
      readonly partitionKeys: readonly unknown[] | undefined;
    }
  | { readonly kind: 'not-json' }
  | { readonly kind: 'error'; readonly reason: string };

interface CodedResult {
  readonly result: 'Ok' | 'Dropped' | 'ProcessingFailed' | undefined;
  readonly hasData: boolean | 'invalid';
}

/** Each result with each state of its data. */
export const RESULTS: readonly CodedResult[] = (['Ok', 'Dropped', 'ProcessingFailed', undefined] as const).flatMap(
  (result) => ([true, false, 'invalid'] as const).map((hasData) => ({ result, hasData })),
);
