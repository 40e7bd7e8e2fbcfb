import { KinesisError } from '../account/errors.ts';
import type { WireRequest } from './exchange.ts';

/** Signature of a request, with its signer and scope. */
export interface Authorization {
  readonly algorithm: string;
  /** Access key, date, region, service and `aws4_request`, with slashes between. */
  readonly credential: string;
  /** Lower-case names with semicolons between. */
  readonly signedHeaders: string;
  /** Hexadecimal. */
  readonly signature: string;
  /** For example 20150830T123600Z. */
  readonly date: string;
  /** Lifetime of a presigned query, in seconds. */
  readonly expiresSeconds: string | undefined;
}

const HEADER_PARTS = ['Credential', 'Signature', 'SignedHeaders'] as const;
const QUERY_PARTS = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders', 'X-Amz-Date'];

/**
 * Reads the signature of a request from its header or its query.
 * @throws MissingAuthenticationTokenException if it is not signed; IncompleteSignatureException with every
 *   missing part; InvalidSignatureException if it is signed in both ways. The texts are AWS's, as kinesalite recorded them.
 */
export function readAuthorization({ headers, target }: WireRequest): Authorization {
  const { authorization } = headers;
  const query = queryOf(target);
  const isPresigned = query.has('X-Amz-Algorithm');
  if (authorization !== undefined && isPresigned) {
    throw invalidSignature("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
  }
  if (authorization !== undefined) return fromHeader(authorization, headers);
  if (isPresigned) return fromQuery(query);
  throw new KinesisError('MissingAuthenticationTokenException', 'Missing Authentication Token');
}

export const invalidSignature = (message: string): KinesisError =>
  new KinesisError('InvalidSignatureException', message);

export const incompleteSignature = (message: string): KinesisError =>
  new KinesisError('IncompleteSignatureException', message);

function queryOf(target: string): URLSearchParams {
  const at = target.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : target.slice(at + 1));
}

function fromHeader(authorization: string, headers: WireRequest['headers']): Authorization {
  const [algorithm = '', ...rest] = authorization.split(/[,\s]+/);
  const parts = new Map(rest.map((part) => splitOnce(part, '=')));
  const date = headers['x-amz-date'] ?? headers.date;
  const complaints = HEADER_PARTS.filter((name) => !parts.get(name)).map(
    (name) => `Authorization header requires '${name}' parameter. `,
  );
  if (date === undefined || date === '') {
    complaints.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
  }
  if (complaints.length > 0) throw incompleteSignature(`${complaints.join('')}Authorization=${authorization}`);
  return {
    algorithm,
    credential: parts.get('Credential')!,
    signedHeaders: parts.get('SignedHeaders')!,
    signature: parts.get('Signature')!,
    date: String(date),
    expiresSeconds: undefined,
  };
}

function fromQuery(query: URLSearchParams): Authorization {
  const complaints = QUERY_PARTS.filter((name) => !query.get(name)).map(
    (name) => `AWS query-string parameters must include '${name}'. `,
  );
  if (complaints.length > 0) throw incompleteSignature(`${complaints.join('')}Re-examine the query-string parameters.`);
  return {
    algorithm: query.get('X-Amz-Algorithm')!,
    credential: query.get('X-Amz-Credential')!,
    signedHeaders: query.get('X-Amz-SignedHeaders')!,
    signature: query.get('X-Amz-Signature')!,
    date: query.get('X-Amz-Date')!,
    expiresSeconds: query.get('X-Amz-Expires') ?? undefined,
  };
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
