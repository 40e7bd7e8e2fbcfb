import { isLoopback } from './option-problems.ts';

/** The database of a cluster. */
export interface RedshiftTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Without TLS on this machine only. */
  readonly isEncrypted: boolean;
}

const JDBC_URL =
  /^jdbc:(?:redshift|postgresql):\/\/(?<host>\[[0-9a-fA-F:]+\]|[\w.-]+):(?<port>\d{1,5})\/(?<database>[\w$-]+)$/;

/** Reads a ClusterJDBCURL; undefined if it is none. */
export function targetOf(jdbcUrl: string): RedshiftTarget | undefined {
  const { host, port, database } = JDBC_URL.exec(jdbcUrl)?.groups ?? {};
  if (host === undefined || port === undefined || database === undefined || Number(port) > 65_535) return undefined;
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return { host: bare, port: Number(port), database, isEncrypted: !isLoopback(bare) };
}

export interface CopyOptions {
  /** These three go into the statement as configured: the owner of the cluster configures them. */
  readonly table: string;
  readonly columns: string;
  readonly options: string;
  readonly roleArn: string;
}

/** The statement that loads the objects of a manifest, in the form that the developer guide shows. */
export function copyStatement({ table, columns, options, roleArn }: CopyOptions, manifestUrl: string): string {
  const list = columns.trim() === '' ? '' : ` (${columns})`;
  const credentials = `CREDENTIALS ${literal(`aws_iam_role=${roleArn}`)}`;
  return `COPY ${table}${list} FROM ${literal(manifestUrl)} ${credentials} MANIFEST ${options}`.trim();
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The manifest of one object, which must exist when COPY reads it. */
export const manifestText = (bucket: string, key: string): string =>
  JSON.stringify({ entries: [{ url: `s3://${bucket}/${key}`, mandatory: true }] });
