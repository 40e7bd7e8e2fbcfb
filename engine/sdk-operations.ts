/** Every operation of an AWS SDK's client, by the name that goes over the wire: PutRecords of PutRecordsCommand. */
export type OperationOf<Sdk> = Exclude<CommandNames<keyof Sdk>, '$'>;
type CommandNames<Name> = Name extends `${infer Operation}Command` ? Operation : never;

type CommandOf<Sdk, Name extends OperationOf<Sdk>> = Sdk[`${Name}Command` & keyof Sdk] extends abstract new (
  ...input: never[]
) => infer Command
  ? Command
  : never;

export type OperationInput<Sdk, Name extends OperationOf<Sdk>> =
  CommandOf<Sdk, Name> extends { readonly input: infer Input extends object } ? Input : never;

export type OperationOutput<Sdk, Name extends OperationOf<Sdk>> =
  CommandOf<Sdk, Name> extends {
    resolveMiddleware(...rest: never[]): (...call: never[]) => Promise<{ readonly output: infer Output }>;
  }
    ? Omit<Output, '$metadata'>
    : never;
