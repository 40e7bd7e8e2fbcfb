/** Environment variables that the command reads itself, and what they set. */
export const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  ['AWS_REGION', 'Region of calls to AWS. All sources of the AWS SDK work: environment, profile, instance.'],
  [
    'AWS_ENDPOINT_URL',
    'Endpoint of AWS services; AWS_ENDPOINT_URL_KINESIS and AWS_ENDPOINT_URL_CLOUDWATCH override it.',
  ],
  ['HTTPS_PROXY', 'Proxy of calls; NO_PROXY lists hosts without one.'],
  ['STREAMGAUGE_ACCESS_KEY', 'Access key that serve accepts; overridden by --access-key.'],
  ['STREAMGAUGE_SECRET_KEY', 'Secret key that serve verifies signatures with; overridden by --secret-key.'],
  ['STREAMGAUGE_DEBUG', 'If set, errors are printed with their stack.'],
  ['NO_COLOR', 'If set, output has no colours.'],
  ['FORCE_COLOR', 'If set, output has colours even if it is not a terminal; 0 turns them off.'],
  ['XDG_CACHE_HOME', 'Folder for the measured ceiling of this machine (default ~/.cache).'],
];
