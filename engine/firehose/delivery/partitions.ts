import type { DeliveryRecord, PartitionKeys } from './delivery-record.ts';

/** Records of one partition. */
export interface PartitionGroup {
  /** The same for equal partition keys. */
  readonly id: string;
  readonly partitionKeys: PartitionKeys | undefined;
  readonly records: readonly DeliveryRecord[];
}

/** Sorts records by their partition keys, in the order in which they came. */
export function partitionsOf(records: readonly DeliveryRecord[]): readonly PartitionGroup[] {
  const groups = Map.groupBy(records, ({ partitionKeys }) => partitionId(partitionKeys));
  return [...groups].map(([id, members]) => ({ id, partitionKeys: members[0]?.partitionKeys, records: members }));
}

function partitionId(keys: PartitionKeys | undefined): string {
  if (keys === undefined) return '';
  return JSON.stringify([sorted(keys.fromQuery), sorted(keys.fromLambda)]);
}

const sorted = (values: Readonly<Record<string, string>> = {}) =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
