/** The names and texts are those of "Amazon Redshift data delivery errors" in the developer guide. */
const TEXTS = {
  'Redshift.TableNotFound': 'The table to which to load data was not found. Ensure that the specified table exists.',
  'Redshift.SyntaxError': 'The COPY command contains a syntax error. Retry the command.',
  'Redshift.AuthenticationFailed':
    'The provided user name and password failed authentication. Provide a valid user name and password.',
  'Redshift.S3BucketAccessDenied':
    'The COPY command was unable to access the S3 bucket. Ensure that the access policy for the provided IAM role allows access to the S3 bucket.',
  'Redshift.DataLoadFailed': 'Loading data into the table failed. Check STL_LOAD_ERRORS system table for details.',
  'Redshift.ColumnNotFound': 'A column in the COPY command does not exist in the table. Specify a valid column name.',
  'Redshift.DatabaseNotFound':
    'The database specified in the Amazon Redshift destination configuration or JDBC URL was not found. Specify a valid database name.',
  'Redshift.IncorrectCopyOptions': 'Conflicting or redundant COPY options were provided.',
  'Redshift.MissingColumn':
    'There is a column defined in the table schema as NOT NULL without a DEFAULT value and not included in the column list.',
  'Redshift.ConnectionFailed':
    'The connection to the specified Amazon Redshift cluster failed. Ensure that the cluster or database specified in the JDBC URL is correct, and that the cluster is available.',
  'Redshift.IncorrectOrMissingRegion':
    'Amazon Redshift attempted to use the wrong region endpoint for accessing the S3 bucket.',
  'Redshift.MissingS3File': 'One or more S3 files required by Amazon Redshift have been removed from the S3 bucket.',
  'Redshift.InsufficientPrivilege':
    'The user does not have permissions to load data into the table. Check the Amazon Redshift user permissions for the INSERT privilege.',
  'Redshift.ReadOnlyCluster':
    'The query cannot be executed because the system is in resize mode. Try the query again later.',
  'Redshift.DiskFull':
    'Data could not be loaded because the disk is full. Increase the capacity of the Amazon Redshift cluster or delete unused data to free disk space.',
  InternalError: 'An internal error occurred while attempting to deliver data. Delivery will be retried.',
} as const;

export type RedshiftCode = keyof typeof TEXTS;

export interface RedshiftError {
  readonly kind: 'retry';
  readonly errorCode: RedshiftCode;
  readonly errorMessage: string;
}

export const redshiftError = (errorCode: RedshiftCode, detail = ''): RedshiftError => ({
  kind: 'retry',
  errorCode,
  errorMessage: detail === '' ? TEXTS[errorCode] : `${TEXTS[errorCode]} (${detail})`,
});

/** SQLSTATE codes of PostgreSQL, appendix A, which Redshift uses too. */
const STATES: Readonly<Record<string, RedshiftCode>> = {
  '42P01': 'Redshift.TableNotFound',
  '3F000': 'Redshift.TableNotFound',
  '42703': 'Redshift.ColumnNotFound',
  '42601': 'Redshift.SyntaxError',
  '28000': 'Redshift.AuthenticationFailed',
  '28P01': 'Redshift.AuthenticationFailed',
  '3D000': 'Redshift.DatabaseNotFound',
  '42501': 'Redshift.InsufficientPrivilege',
  '53100': 'Redshift.DiskFull',
  '25006': 'Redshift.ReadOnlyCluster',
  '23502': 'Redshift.MissingColumn',
};

/** Redshift reports what goes wrong while COPY loads as one internal error; its text has the kind. */
const LOAD_TEXTS: readonly (readonly [RegExp, RedshiftCode])[] = [
  [/stl_load_errors|sys_load_error_detail/i, 'Redshift.DataLoadFailed'],
  [/PermanentRedirect|AuthorizationHeaderMalformed|wrong region/i, 'Redshift.IncorrectOrMissingRegion'],
  [/NoSuchKey|mandatory url|prefix .* does not exist/i, 'Redshift.MissingS3File'],
  [/S3ServiceException.*(?:denied|forbidden)|UnauthorizedException/i, 'Redshift.S3BucketAccessDenied'],
  [/conflicting or redundant|not allowed with|cannot be used with/i, 'Redshift.IncorrectCopyOptions'],
];

/** @param state the SQLSTATE of an error response; empty without one. */
export function errorOfStatement(state: string, message: string): RedshiftError {
  const code = STATES[state] ?? LOAD_TEXTS.find(([pattern]) => pattern.test(message))?.[1] ?? 'InternalError';
  return redshiftError(code, message);
}
