import { randomUUID } from 'node:crypto';
import type { DeliveryStreamType, ProcessingConfiguration, ProcessorType } from '@aws-sdk/client-firehose';
import type { Clock } from '../../account/clock.ts';
import { invalidArgument } from '../../account/errors.ts';
import { numberIn, type ProcessorParameters, parametersOf, processorsIn } from '../control/processor-parameters.ts';
import type { Processor } from '../delivery/processor.ts';
import { messageExtraction } from '../processing/cloudwatch-logs.ts';
import { delimitedDeaggregation, jsonDeaggregation } from '../processing/deaggregation.ts';
import { decompression } from '../processing/decompression.ts';
import { type FunctionSources, functionOf } from '../processing/function-source.ts';
import { kplDeaggregation } from '../processing/kpl-deaggregation.ts';
import { QueryKeys } from '../processing/query-keys.ts';
import { requiredKeys } from '../processing/required-keys.ts';
import { Transformation } from '../processing/transformation.ts';

export interface ProcessorParts {
  readonly deliveryStreamArn: string;
  readonly region: string;
  readonly source: DeliveryStreamType;
  readonly sourceKinesisStreamArn: string | undefined;
  /** Prefix of a destination with dynamic partitioning. */
  readonly partitionedPrefix: string | undefined;
  readonly functions: FunctionSources;
  /** Time of a jq query for a batch. */
  readonly queryTimeoutMs: number;
  readonly clock: Clock;
}

type Maker = (parameters: ProcessorParameters, parts: ProcessorParts) => Processor;

/** The steps in the order in which the service runs them, whatever order they are given in. */
const MAKERS: ReadonlyMap<ProcessorType, Maker> = new Map([
  ['Decompression', (_, { clock }) => decompression(clock)],
  ['CloudWatchLogProcessing', (_, { clock }) => messageExtraction(clock)],
  ['RecordDeAggregation', deaggregation],
  ['Lambda', transformation],
  [
    'MetadataExtraction',
    ({ MetadataExtractionQuery = '' }, { clock, queryTimeoutMs }) =>
      new QueryKeys(MetadataExtractionQuery, clock, queryTimeoutMs),
  ],
]);

/** Applied to objects, not to records. */
const DELIMITER: ProcessorType = 'AppendDelimiterToRecord';

/** Defaults of the service. Source: model of the service. */
const FUNCTION_RETRIES = 3;
const FUNCTION_BUFFER_MIB = 1;
const FUNCTION_BUFFER_MIB_MAX = 3;
const MIB = 1024 * 1024;

/**
 * Makes the steps of processing of a delivery stream, in their order. Every kind of processor is made here. Of processors of one
 * type the first one runs, as in the service.
 * @throws InvalidArgumentException for a processor that this engine does not have, or that has wrong parameters.
 */
export function processorsOf(
  configuration: ProcessingConfiguration | undefined,
  parts: ProcessorParts,
): readonly Processor[] {
  const wanted = processorsIn(configuration).filter(({ Type }) => Type !== DELIMITER);
  const unknown = wanted.find(({ Type }) => Type === undefined || !MAKERS.has(Type));
  if (unknown !== undefined) throw invalidArgument(`Processors of type ${unknown.Type} are not supported here.`);
  if (wanted.filter(({ Type }) => Type === 'Lambda').length > 1)
    throw invalidArgument('A delivery stream can have one Lambda processor.');
  const made = [...MAKERS].flatMap(([type, make]) => {
    const input = wanted.find(({ Type }) => Type === type);
    return input === undefined ? [] : [make(parametersOf(input), parts)];
  });
  const { clock, source, partitionedPrefix } = parts;
  return [
    ...(source === 'KinesisStreamAsSource' ? [kplDeaggregation(clock)] : []),
    ...made,
    ...(partitionedPrefix === undefined ? [] : [requiredKeys(partitionedPrefix, clock)]),
  ];
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

function transformation(parameters: ProcessorParameters, parts: ProcessorParts): Processor {
  const { LambdaArn = '' } = parameters;
  if (LambdaArn === '') throw invalidArgument('A processor of type Lambda needs the parameter LambdaArn.');
  const bufferMib = numberIn(parameters, 'BufferSizeInMBs', FUNCTION_BUFFER_MIB);
  return new Transformation({
    run: functionOf(LambdaArn, parts.functions),
    deliveryStreamArn: parts.deliveryStreamArn,
    region: parts.region,
    sourceKinesisStreamArn: parts.sourceKinesisStreamArn,
    bufferBytes: Math.min(bufferMib, FUNCTION_BUFFER_MIB_MAX) * MIB,
    retries: numberIn(parameters, 'NumberOfRetries', FUNCTION_RETRIES),
    clock: parts.clock,
    random: Math.random,
    newId: randomUUID,
  });
}
