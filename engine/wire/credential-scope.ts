import type { CallScope } from '../account/service/accounts.ts';
import type { WireRequest } from './exchange.ts';

const CREDENTIAL = 'Credential=';
/** Date, region, service and `aws4_request` follow the access key. */
const PARTS_AFTER_KEY = 4;

/**
 * The access key and the region that a request is signed for, by its header or its presigned query. The signature is not
 * checked here. Undefined if the request has no scope.
 */
export function scopeOf({ headers, target }: WireRequest): CallScope | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return parsedScope(inQuery(target));
  if (lastStart !== '' && authorization.startsWith(lastStart)) return lastScope;
  const credential = inHeader(authorization);
  const scope = parsedScope(credential);
  const end = authorization.indexOf(CREDENTIAL) + CREDENTIAL.length + (credential ?? '').length;
  if (scope !== undefined && end < authorization.length) {
    lastStart = authorization.slice(0, end + 1);
    lastScope = scope;
  }
  return scope;
}

/**
 * The scope of the last request by header, and the header up to the separator after its credential. A client signs a whole day
 * with the same scope, and parsing it costs a tenth of the work for a small put.
 */
let lastStart = '';
let lastScope: CallScope | undefined;

function parsedScope(credential: string | undefined): CallScope | undefined {
  const parts = credential?.split('/') ?? [];
  const keyParts = parts.length - PARTS_AFTER_KEY;
  if (keyParts < 1) return undefined;
  return { accessKey: parts.slice(0, keyParts).join('/'), region: parts[keyParts + 1]! };
}

function inHeader(authorization: string): string | undefined {
  const at = authorization.indexOf(CREDENTIAL);
  if (at < 0) return undefined;
  return /^[^,\s]*/.exec(authorization.slice(at + CREDENTIAL.length))?.[0];
}

function inQuery(target: string): string | undefined {
  const at = target.indexOf('?');
  return at < 0 ? undefined : (new URLSearchParams(target.slice(at + 1)).get('X-Amz-Credential') ?? undefined);
}
