import type { Processor, ProcessorParameterName } from '@aws-sdk/client-firehose';

/** Values of the parameters of a processor, by name. */
export type ProcessorParameters = Readonly<Partial<Record<ProcessorParameterName, string>>>;

export function parametersOf({ Parameters = [] }: Processor): ProcessorParameters {
  const values: Partial<Record<ProcessorParameterName, string>> = {};
  for (const { ParameterName, ParameterValue } of Parameters) {
    if (ParameterName !== undefined) values[ParameterName] = ParameterValue ?? '';
  }
  return values;
}
