import {
  EVALUATED_LENGTH_MAX,
  evaluatedLength,
  hasExpressions,
  type KeySource,
  type PrefixPart,
  readPrefix,
} from './prefix.ts';

/** The settings of an S3 destination that decide the names of its objects, as the caller gave them. */
export interface NameSettings {
  readonly prefix?: string | undefined;
  readonly errorOutputPrefix?: string | undefined;
  readonly fileExtension?: string | undefined;
  /** Undefined without dynamic partitioning. */
  readonly partitioning?: PartitionSources | undefined;
}

export interface PartitionSources {
  readonly hasQuery: boolean;
  readonly hasLambda: boolean;
}

/** Characters of a prefix as written. Source: model of the service. */
const PREFIX_LENGTH_MAX = 1024;
const EXTENSION_LENGTH_MAX = 128;
const EXTENSION = /^\.[0-9a-z!\-_.*'()]+$/;

/**
 * Checks the settings at creation. Three messages are the service's own words.
 * @returns problems, all at once; empty if there are none.
 */
export function nameProblems(settings: NameSettings): readonly string[] {
  const { prefix = '', errorOutputPrefix = '', fileExtension = '', partitioning } = settings;
  const problems: string[] = [];
  const read = (text: string, name: string): readonly PrefixPart[] => {
    if (text.length > PREFIX_LENGTH_MAX)
      problems.push(`${name} must have at most ${PREFIX_LENGTH_MAX} characters, got ${text.length}.`);
    const result = readPrefix(text, name);
    if (result.kind === 'problem') {
      problems.push(result.problem);
      return [];
    }
    const length = evaluatedLength(result.parts);
    if (length > EVALUATED_LENGTH_MAX)
      problems.push(
        `${name} must have at most ${EVALUATED_LENGTH_MAX} characters when it is evaluated, got ${length}.`,
      );
    return result.parts;
  };
  const parts = read(prefix, 'Prefix');
  const errorParts = read(errorOutputPrefix, 'ErrorOutputPrefix');
  if (parts.some(({ kind }) => kind === 'error-output-type'))
    problems.push('Prefix must not have !{firehose:error-output-type}. Use it in ErrorOutputPrefix.');
  if (hasExpressions(parts) && errorOutputPrefix === '')
    problems.push('ErrorOutputPrefix is required if Prefix has expressions.');
  if (hasExpressions(errorParts) && !errorParts.some(({ kind }) => kind === 'error-output-type'))
    problems.push('ErrorOutputPrefix must have !{firehose:error-output-type} if it has expressions.');
  if (errorParts.some(({ kind }) => kind === 'partition-key'))
    problems.push("Dynamic Partitioning Namespaces can't be part of an error prefix expression");
  problems.push(...partitionProblems(parts, partitioning));
  if (partitioning !== undefined && errorOutputPrefix === '' && !hasExpressions(parts))
    problems.push('ErrorOutputPrefix is required if dynamic partitioning is enabled.');
  if (fileExtension !== '' && (!EXTENSION.test(fileExtension) || fileExtension.length > EXTENSION_LENGTH_MAX))
    problems.push(
      `FileExtension must be a dot and up to ${EXTENSION_LENGTH_MAX - 1} of a-z 0-9 ! - _ . * ' ( ), got ${JSON.stringify(fileExtension)}.`,
    );
  return problems;
}

function partitionProblems(parts: readonly PrefixPart[], partitioning: PartitionSources | undefined): string[] {
  const keys = parts.filter((part) => part.kind === 'partition-key');
  if (partitioning === undefined) {
    return keys.length === 0
      ? []
      : [
          'Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic Partitioning is enabled.',
        ];
  }
  if (keys.length === 0)
    return ['S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic Partitioning is enabled'];
  const { hasQuery, hasLambda } = partitioning;
  const has = (kind: KeySource) => keys.some(({ source }) => source === kind);
  const problems: string[] = [];
  if (has('fromQuery') && !hasQuery)
    problems.push('Prefix has partitionKeyFromQuery, which needs a processor of type MetadataExtraction.');
  if (has('fromLambda') && !hasLambda)
    problems.push('Prefix has partitionKeyFromLambda, which needs a processor of type Lambda.');
  return problems;
}
