import type {
  ProcessingConfiguration,
  Processor,
  ProcessorParameterName,
  ProcessorType,
} from '@aws-sdk/client-firehose';
import { invalidArgument } from '../../account/errors.ts';

/** Values of the parameters of a processor, by name. */
export type ProcessorParameters = Readonly<Partial<Record<ProcessorParameterName, string>>>;

export function parametersOf({ Parameters = [] }: Processor): ProcessorParameters {
  const values: Partial<Record<ProcessorParameterName, string>> = {};
  for (const { ParameterName, ParameterValue } of Parameters) {
    if (ParameterName !== undefined) values[ParameterName] = ParameterValue ?? '';
  }
  return values;
}

/** @throws InvalidArgumentException for a parameter that is no number. */
export function numberIn(parameters: ProcessorParameters, name: ProcessorParameterName, missing: number): number {
  const text = parameters[name];
  if (text === undefined) return missing;
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw invalidArgument(`${name} must be a number of at least 0, got ${JSON.stringify(text)}.`);
}

/** The processors of a configuration that is switched on. */
export function processorsIn(configuration: ProcessingConfiguration | undefined): readonly Processor[] {
  return configuration?.Enabled === true ? (configuration.Processors ?? []) : [];
}

/** Parameters of the first processor of a type, if there is one. */
export function processorIn(
  configuration: ProcessingConfiguration | undefined,
  type: ProcessorType,
): ProcessorParameters | undefined {
  const found = processorsIn(configuration).find(({ Type }) => Type === type);
  return found === undefined ? undefined : parametersOf(found);
}
