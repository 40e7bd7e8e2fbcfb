import type { ProcessingConfiguration } from '@aws-sdk/client-firehose';
import { invalidArgument } from '../../account/errors.ts';
import type { Processor } from '../delivery/processor.ts';

/**
 * Makes the steps of processing of a delivery stream, in their order. Every kind of processor is made here.
 * @throws InvalidArgumentException for a processor that this engine does not have.
 */
export function processorsOf(configuration: ProcessingConfiguration | undefined): readonly Processor[] {
  if (configuration?.Enabled !== true) return [];
  const [first] = configuration.Processors ?? [];
  if (first === undefined) return [];
  throw invalidArgument(`Processors of type ${first.Type} are not supported here.`);
}
