interface FunctionEvent {
  readonly records: readonly { readonly recordId: string; readonly data: string }[];
}

/** A Lambda handler that changes nothing: what it costs is the contract. */
export const handler = ({ records }: FunctionEvent): object => ({
  records: records.map(({ recordId, data }) => ({ recordId, result: 'Ok', data })),
});
