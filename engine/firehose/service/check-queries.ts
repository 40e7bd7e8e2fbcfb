import type { CreateDeliveryStreamInput, UpdateDestinationInput } from '@aws-sdk/client-firehose';
import { invalidArgument } from '../../account/errors.ts';
import { processorIn } from '../control/processor-parameters.ts';
import { checkQuery } from '../processing/check-query.ts';

const ENGINE = 'JQ-1.6';
/** Keys of the query that a prefix uses. */
const KEY_IN_PREFIX = /!\{partitionKeyFromQuery:([^}]*)\}/g;

/**
 * Checks the jq query of a new configuration. Only jq can, and it is loaded for that.
 * @returns undefined if there is no query. @throws InvalidArgumentException
 */
export function checkQueries(
  input: Partial<CreateDeliveryStreamInput & UpdateDestinationInput>,
  timeoutMs: number,
): Promise<void> | undefined {
  const destination = input.ExtendedS3DestinationConfiguration ?? input.ExtendedS3DestinationUpdate;
  const parameters = processorIn(destination?.ProcessingConfiguration, 'MetadataExtraction');
  if (parameters === undefined) return undefined;
  const { MetadataExtractionQuery = '', JsonParsingEngine = ENGINE } = parameters;
  if (JsonParsingEngine !== ENGINE)
    throw invalidArgument(`JsonParsingEngine of MetadataExtraction must be ${ENGINE}, got ${JsonParsingEngine}.`);
  if (MetadataExtractionQuery === '')
    throw invalidArgument('A processor of type MetadataExtraction needs the parameter MetadataExtractionQuery.');
  return check(MetadataExtractionQuery, destination?.Prefix ?? '', timeoutMs);
}

async function check(query: string, prefix: string, timeoutMs: number): Promise<void> {
  const checked = await checkQuery(query, timeoutMs);
  if (checked.kind === 'problem') throw invalidArgument(checked.problem);
  const { keys } = checked;
  const used = [...prefix.matchAll(KEY_IN_PREFIX)].map(([, key = '']) => key);
  const unknown = used.find((key) => keys?.includes(key) === false);
  if (unknown === undefined) return;
  throw invalidArgument(
    `Prefix has !{partitionKeyFromQuery:${unknown}}, and MetadataExtractionQuery makes ${keys?.join(', ')}. Use one of its keys.`,
  );
}
