import { expect, test } from 'vitest';
import { type NameSettings, nameProblems } from '../../../../engine/firehose/objects/prefix-rules.ts';

const ERRORS = 'errors/!{firehose:error-output-type}/';
const QUERY = { hasQuery: true, hasLambda: false };

test.each<NameSettings>([
  {},
  { prefix: 'logs/' },
  { prefix: 'logs/', errorOutputPrefix: 'errors/' },
  { prefix: 'a/!{timestamp:yyyy}/!{firehose:random-string}/', errorOutputPrefix: ERRORS },
  { fileExtension: '' },
  { fileExtension: ".json-l_1.*'()!" },
  { prefix: '!{partitionKeyFromQuery:year}/', errorOutputPrefix: ERRORS, partitioning: QUERY },
  {
    prefix: '!{partitionKeyFromQuery:year}/!{partitionKeyFromLambda:any}/',
    errorOutputPrefix: 'errors/',
    partitioning: { ...QUERY, hasLambda: true },
  },
])('accepts the settings %j', (settings) => {
  expect(nameProblems(settings)).toEqual([]);
});

test.each<[NameSettings, string]>([
  [{ prefix: '!{timestamp:yyyy}/' }, 'ErrorOutputPrefix is required if Prefix has expressions.'],
  [
    { prefix: '!{firehose:error-output-type}/', errorOutputPrefix: ERRORS },
    'Prefix must not have !{firehose:error-output-type}. Use it in ErrorOutputPrefix.',
  ],
  [
    { errorOutputPrefix: '!{timestamp:yyyy}/' },
    'ErrorOutputPrefix must have !{firehose:error-output-type} if it has expressions.',
  ],
  [
    { prefix: 'a/!{timestamp:yyyy', errorOutputPrefix: ERRORS },
    'Prefix has "!{" without "}" at position 3. End the expression, or remove "!{".',
  ],
  [
    { prefix: '!{date:yyyy}/', errorOutputPrefix: ERRORS },
    'Prefix has "!{date:yyyy}". The namespaces are timestamp, firehose, partitionKeyFromQuery and partitionKeyFromLambda.',
  ],
  [
    { prefix: '!{firehose:hostname}/', errorOutputPrefix: ERRORS },
    'Prefix has "!{firehose:hostname}". The namespace firehose has random-string and error-output-type.',
  ],
  [
    { prefix: '!{timestamp:yyyy-MM-ddd}/', errorOutputPrefix: ERRORS },
    `Prefix has "!{timestamp:yyyy-MM-ddd}", which is not a pattern of Java's DateTimeFormatter. The letter d may be repeated up to 2 times, got 3.`,
  ],
  [
    { prefix: '!{partitionKeyFromQuery:year}/', errorOutputPrefix: ERRORS },
    'Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic Partitioning is enabled.',
  ],
  [
    { prefix: 'logs/', errorOutputPrefix: ERRORS, partitioning: QUERY },
    'S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic Partitioning is enabled',
  ],
  [
    { prefix: '!{partitionKeyFromQuery:}/', errorOutputPrefix: ERRORS, partitioning: QUERY },
    'Prefix has "!{partitionKeyFromQuery:}". Name a partition key after the colon.',
  ],
  [
    { prefix: '!{partitionKeyFromLambda:any}/', errorOutputPrefix: ERRORS, partitioning: QUERY },
    'Prefix has partitionKeyFromLambda, which needs a processor of type Lambda.',
  ],
  [
    {
      prefix: '!{partitionKeyFromQuery:year}/',
      errorOutputPrefix: `${ERRORS}!{partitionKeyFromQuery:year}`,
      partitioning: QUERY,
    },
    "Dynamic Partitioning Namespaces can't be part of an error prefix expression",
  ],
  [
    {
      prefix: '!{partitionKeyFromQuery:any}/',
      errorOutputPrefix: ERRORS,
      partitioning: { hasQuery: false, hasLambda: true },
    },
    'Prefix has partitionKeyFromQuery, which needs a processor of type MetadataExtraction.',
  ],
  [{ fileExtension: '.JSON' }, `FileExtension must be a dot and up to 127 of a-z 0-9 ! - _ . * ' ( ), got ".JSON".`],
  [{ fileExtension: 'json' }, `FileExtension must be a dot and up to 127 of a-z 0-9 ! - _ . * ' ( ), got "json".`],
  [{ prefix: 'a'.repeat(513) }, 'Prefix must have at most 512 characters when it is evaluated, got 513.'],
])('rejects %j with a reason', (settings, problem) => {
  expect(nameProblems(settings)).toContain(problem);
});

test('counts the characters of a prefix after its expressions are replaced', () => {
  const prefix = `${'!{timestamp:yyyy}'.repeat(60)}`;
  expect(prefix.length).toBeLessThanOrEqual(1024);
  expect(nameProblems({ prefix, errorOutputPrefix: ERRORS })).toEqual([]);
  expect(nameProblems({ prefix: `${prefix}${'a'.repeat(5)}`, errorOutputPrefix: ERRORS })).toEqual([
    'Prefix must have at most 1024 characters, got 1025.',
  ]);
});

test('reports all problems at once', () => {
  expect(nameProblems({ prefix: '!{x:y}', errorOutputPrefix: '!{z}', fileExtension: '.A' })).toHaveLength(3);
});
