import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

/** Credentials as the SDK's providers return them. */
export interface SigningIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** The part of a request that is the same in every call of an operation. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  /** Every header that is signed, by lower-case name, except the date and the session token. */
  readonly headers: Readonly<Record<string, string>>;
}

const DATE_HEADER = 'x-amz-date';
const TOKEN_HEADER = 'x-amz-security-token';
const ALGORITHM = 'AWS4-HMAC-SHA256';
const DAY_CHARACTERS = 'YYYYMMDD'.length;

export const sha256Hex = (data: string | Uint8Array): string => hash('sha256', data);

/** Time in the form of the x-amz-date header: `20261129T161900Z`. */
export function amzDate(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace(/[-:]/gu, '')}Z`;
}

/**
 * The canonical request of an operation, with gaps for the date, the session token and the hash of the body.
 * Source: AWS Signature Version 4, "Create a canonical request", 2025.
 */
export class CanonicalRequest {
  readonly #beforeDate: string;
  readonly #beforeToken: string;
  readonly #afterToken: string;
  readonly #namesBeforeDate: string;
  readonly #namesBeforeToken: string;
  readonly #namesAfterToken: string;

  constructor({ method, path, headers }: SignedRequest) {
    const names = Object.keys(headers).sort();
    const before = names.filter((name) => name < DATE_HEADER);
    const between = names.filter((name) => name > DATE_HEADER && name < TOKEN_HEADER);
    const after = names.filter((name) => name > TOKEN_HEADER);
    const linesOf = (part: readonly string[]) => part.map((name) => lineOf(name, headers[name]!)).join('');
    this.#beforeDate = `${method}\n${canonicalPath(path)}\n\n${linesOf(before)}${DATE_HEADER}:`;
    this.#beforeToken = `\n${linesOf(between)}`;
    this.#afterToken = linesOf(after);
    this.#namesBeforeDate = before.map((name) => `${name};`).join('');
    this.#namesBeforeToken = between.map((name) => `;${name}`).join('');
    this.#namesAfterToken = after.map((name) => `;${name}`).join('');
  }

  text(date: string, token: string | undefined, bodyHash: string): string {
    const tokenLine = token === undefined ? '' : lineOf(TOKEN_HEADER, token);
    const head = `${this.#beforeDate}${date}${this.#beforeToken}${tokenLine}${this.#afterToken}`;
    return `${head}\n${this.signedHeaders(token)}\n${bodyHash}`;
  }

  signedHeaders(token: string | undefined): string {
    const tokenName = token === undefined ? '' : `;${TOKEN_HEADER}`;
    return `${this.#namesBeforeDate}${DATE_HEADER}${this.#namesBeforeToken}${tokenName}${this.#namesAfterToken}`;
  }
}

/**
 * Signs requests to one service in one region. The signing key of a day takes four HMACs, so it is kept until the day, the
 * credentials or both change.
 */
export class RequestSigner {
  readonly #region: string;
  readonly #service: string;
  #key: KeyObject | undefined;
  #scope = '';
  #keyDay = '';
  #keySecret = '';

  constructor({ region, service }: { readonly region: string; readonly service: string }) {
    this.#region = region;
    this.#service = service;
  }

  /** Returns the Authorization header. @param date as `amzDate` writes it. */
  authorization(request: CanonicalRequest, identity: SigningIdentity, date: string, bodyHash: string): string {
    const { accessKeyId, sessionToken } = identity;
    const key = this.#keyOf(identity, date.slice(0, DAY_CHARACTERS));
    const canonicalHash = sha256Hex(request.text(date, sessionToken, bodyHash));
    const signature = createHmac('sha256', key)
      .update(`${ALGORITHM}\n${date}\n${this.#scope}\n${canonicalHash}`)
      .digest('hex');
    const signedHeaders = request.signedHeaders(sessionToken);
    return `${ALGORITHM} Credential=${accessKeyId}/${this.#scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  }

  #keyOf({ secretAccessKey }: SigningIdentity, day: string): KeyObject {
    if (this.#key !== undefined && day === this.#keyDay && secretAccessKey === this.#keySecret) return this.#key;
    const ofDay = hmac(Buffer.from(`AWS4${secretAccessKey}`), day);
    const key = hmac(hmac(hmac(ofDay, this.#region), this.#service), 'aws4_request');
    this.#key = createSecretKey(key);
    this.#keyDay = day;
    this.#keySecret = secretAccessKey;
    this.#scope = `${day}/${this.#region}/${this.#service}/aws4_request`;
    return this.#key;
  }
}

const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Line breaks and runs of blanks in a value count as one blank, which the ends do not have. */
const lineOf = (name: string, value: string): string =>
  `${name}:${value
    .replace(/[\r\n]/gu, ' ')
    .replace(/[ \t]+/gu, ' ')
    .replace(/^ | $/gu, '')}\n`;

/** The path without dots and empty segments, encoded once more: every service except S3 expects it so. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const leading = path.startsWith('/') ? '/' : '';
  const trailing = segments.length > 0 && path.endsWith('/') ? '/' : '';
  const normal = `${leading}${segments.join('/')}${trailing}`;
  return encodeURIComponent(normal)
    .replace(/[!'()*]/gu, percentEncoded)
    .replace(/%2F/gu, '/');
}

const percentEncoded = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
