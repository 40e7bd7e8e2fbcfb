import type { DeliveryStreamType, ProcessingConfiguration, ProcessorType } from '@aws-sdk/client-firehose';
import type { Clock } from '../../account/clock.ts';
import { invalidArgument } from '../../account/errors.ts';
import type { Processor } from '../delivery/processor.ts';
import { appendDelimiter, delimiterIn } from '../processing/append-delimiter.ts';
import { messageExtraction } from '../processing/cloudwatch-logs.ts';
import { delimitedDeaggregation, jsonDeaggregation } from '../processing/deaggregation.ts';
import { decompression } from '../processing/decompression.ts';
import { kplDeaggregation } from '../processing/kpl-deaggregation.ts';
import { type ProcessorParameters, parametersOf } from './processor-parameters.ts';

export interface ProcessorParts {
  readonly source: DeliveryStreamType;
  readonly clock: Clock;
}

type Maker = (parameters: ProcessorParameters, parts: ProcessorParts) => Processor;

/** The steps in the order in which the service runs them, whatever order they are given in. */
const MAKERS: ReadonlyMap<ProcessorType, Maker> = new Map([
  ['Decompression', (_, { clock }) => decompression(clock)],
  ['CloudWatchLogProcessing', (_, { clock }) => messageExtraction(clock)],
  ['RecordDeAggregation', deaggregation],
  ['AppendDelimiterToRecord', ({ Delimiter = '\\n' }, { clock }) => appendDelimiter(delimiterIn(Delimiter), clock)],
]);

/**
 * Makes the steps of processing of a delivery stream, in their order. Every kind of processor is made here.
 * @throws InvalidArgumentException for a processor that this engine does not have, or that has wrong parameters.
 */
export function processorsOf(
  configuration: ProcessingConfiguration | undefined,
  parts: ProcessorParts,
): readonly Processor[] {
  const wanted = configuration?.Enabled === true ? (configuration.Processors ?? []) : [];
  const unknown = wanted.find(({ Type }) => Type === undefined || !MAKERS.has(Type));
  if (unknown !== undefined) throw invalidArgument(`Processors of type ${unknown.Type} are not supported here.`);
  const made = [...MAKERS].flatMap(([type, make]) =>
    wanted.filter(({ Type }) => Type === type).map((input) => make(parametersOf(input), parts)),
  );
  return parts.source === 'KinesisStreamAsSource' ? [kplDeaggregation(parts.clock), ...made] : made;
}

function deaggregation({ SubRecordType, Delimiter = '' }: ProcessorParameters, { clock }: ProcessorParts): Processor {
  if (SubRecordType === 'JSON') return jsonDeaggregation(clock);
  if (SubRecordType !== 'DELIMITED')
    throw invalidArgument(`SubRecordType of RecordDeAggregation must be JSON or DELIMITED, got ${SubRecordType}.`);
  const delimiter = Buffer.from(Delimiter, 'base64');
  if (delimiter.length === 0)
    throw invalidArgument('Delimiter of RecordDeAggregation must be base64 of at least 1 byte.');
  return delimitedDeaggregation(delimiter, clock);
}
