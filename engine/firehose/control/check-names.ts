import type { ExtendedS3DestinationConfiguration } from '@aws-sdk/client-firehose';
import { invalidArgument } from '../../account/errors.ts';
import { nameProblems, type PartitionSources } from '../objects/prefix-rules.ts';
import { timeZoneProblem } from '../objects/zoned-time.ts';
import { processorsIn } from './processor-parameters.ts';

/**
 * Checks what decides the names of objects.
 * @throws InvalidArgumentException with all problems.
 */
export function checkNames(configuration: ExtendedS3DestinationConfiguration): void {
  const { Prefix, ErrorOutputPrefix, FileExtension, CustomTimeZone } = configuration;
  const zoneProblem = CustomTimeZone === undefined ? undefined : timeZoneProblem(CustomTimeZone);
  const problems = [
    ...nameProblems({
      prefix: Prefix,
      errorOutputPrefix: ErrorOutputPrefix,
      fileExtension: FileExtension,
      partitioning: partitionSourcesOf(configuration),
    }),
    ...(zoneProblem === undefined ? [] : [zoneProblem]),
  ];
  if (problems.length > 0) throw invalidArgument(problems.join(' '));
}

function partitionSourcesOf(configuration: ExtendedS3DestinationConfiguration): PartitionSources | undefined {
  if (configuration.DynamicPartitioningConfiguration?.Enabled !== true) return undefined;
  const types = processorsIn(configuration.ProcessingConfiguration).map(({ Type }) => Type);
  return { hasQuery: types.includes('MetadataExtraction'), hasLambda: types.includes('Lambda') };
}
