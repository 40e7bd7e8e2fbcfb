import { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import type { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsService } from './service.ts';

/** A response that the service does not give: a proxy's error page, a redirect, some other service. */
export class ForeignResponseError extends Error {
  override readonly name = 'ForeignResponse';
  /** `NotKinesis502`: what the result counts it under. */
  readonly code: string;

  constructor(service: Pick<AwsService, 'name'>, status: number, about: string) {
    super(`the response is not from ${service.name}: status ${status}, ${about}`);
    this.code = `Not${service.name}${status}`;
  }
}

/** Formats of the JSON and CBOR protocols, and of what emulates them. */
const OWN_TYPE = /json|cbor|amazon|amz|octet-stream/i;
/** Operations whose response holds something. */
const HAS_OUTPUT = /\.(?:Put|Get|List|Describe|Register|Subscribe)\w+$/;
const BODY_READ_BYTES = 4096;
const BODY_READ_MS = 1000;

/** Makes every response that is not the service's own a ForeignResponseError, before the SDK reads it. @returns the same handler. */
export function rejectForeignResponses(
  handler: NodeHttpHandler | NodeHttp2Handler,
  service: AwsService,
): NodeHttpHandler | NodeHttp2Handler {
  const handle = handler.handle.bind(handler);
  handler.handle = async (request: HttpRequest, options?: Parameters<NodeHttpHandler['handle']>[1]) => {
    const result = await handle(request, options);
    await rejectForeign(result.response, request.headers['x-amz-target'] ?? '', service);
    return result;
  };
  return handler;
}

/** A response's first lines, as far as they show who sent it. */
interface ResponseOrigin {
  readonly status: number;
  /** '' without one, like the others. */
  readonly contentType: string;
  readonly errorType: string;
  readonly location: string;
  /** The response declares an empty body. */
  readonly isEmpty: boolean;
}

/**
 * Judges a response by its first lines.
 * @param target the value of x-amz-target.
 * @returns `body` if the start of the body decides.
 */
function originOf(response: ResponseOrigin, target: string): 'own' | 'foreign' | 'empty' | 'body' {
  const { status, contentType, errorType, isEmpty } = response;
  const isOwn = contentType === '' || OWN_TYPE.test(contentType);
  if (status >= 200 && status < 300 && isOwn) return isEmpty && HAS_OUTPUT.test(target) ? 'empty' : 'own';
  if (status < 400 || !isOwn) return 'foreign';
  return errorType !== '' || /cbor/i.test(contentType) ? 'own' : 'body';
}

/** Returns an error for a response that is not from the service; undefined for its own. */
export function foreignErrorOf(
  response: ResponseOrigin,
  body: Buffer,
  target: string,
  service: AwsService,
): ForeignResponseError | undefined {
  const { status, contentType, location } = response;
  const start = body.subarray(0, BODY_READ_BYTES);
  switch (originOf(response, target)) {
    case 'own':
      return undefined;
    case 'empty':
      return new ForeignResponseError(service, status, 'without a body');
    case 'foreign':
      return new ForeignResponseError(service, status, describe(contentType, location, start));
    case 'body':
      return isErrorOfService(start)
        ? undefined
        : new ForeignResponseError(service, status, describe(contentType, '', start));
  }
}

async function rejectForeign(response: HttpResponse, target: string, service: AwsService): Promise<void> {
  const { statusCode: status, headers } = response;
  const head: ResponseOrigin = {
    status,
    contentType: headers['content-type'] ?? '',
    errorType: headers['x-amzn-errortype'] ?? '',
    location: headers.location ?? '',
    isEmpty: headers['content-length'] === '0',
  };
  const origin = originOf(head, target);
  if (origin === 'own') return;
  const body = origin === 'empty' ? Buffer.alloc(0) : await startOf(response);
  const error = foreignErrorOf(head, body, target, service);
  if (error !== undefined) throw error;
  response.body = Readable.from([body]);
}

/** Errors of the JSON protocol name themselves in `__type`; emulators may use `code`. */
function isErrorOfService(body: Buffer): boolean {
  // A body that was cut off is far longer than any error of the service.
  if (body.length >= BODY_READ_BYTES) return false;
  try {
    const error: unknown = JSON.parse(body.toString());
    return typeof error === 'object' && error !== null && ('__type' in error || 'code' in error);
  } catch {
    return false;
  }
}

/** The body's first bytes; the rest is discarded, and a body that does not come is not waited for. */
async function startOf({ body }: HttpResponse): Promise<Buffer> {
  if (!(body instanceof Readable)) return Buffer.alloc(0);
  const parts: Buffer[] = [];
  let length = 0;
  const timer = setTimeout(() => body.destroy(), BODY_READ_MS);
  try {
    for await (const part of body) {
      parts.push(Buffer.from(part as Uint8Array));
      length += parts.at(-1)!.length;
      if (length >= BODY_READ_BYTES) break;
    }
  } catch {
    // The part received until then is enough.
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(parts).subarray(0, BODY_READ_BYTES);
}

function describe(type: string, location: string, body: Buffer): string {
  const kind = firstWords(type.split(';', 1)[0]!, 40) || 'without a content type';
  if (location !== '') return `a redirect to ${firstWords(location.replace(/\/\/[^/@\s]*@/u, '//'), 80)}`;
  const words = firstWords(body.toString(), 80);
  return words === '' ? `${kind}, without a body` : `${kind}, "${words}"`;
}

/** Text for a message: no tags, no scripts and styles, no control characters, one line. @internal */
export function firstWords(text: string, lengthMax: number): string {
  const words = stripVTControlCharacters(text)
    .replace(/<(?<tag>script|style)\b.*?(?:<\/\k<tag>\s*>|$)/gisu, ' ')
    .replace(/<[^>]*(?:>|$)/gu, ' ')
    .replace(/[\p{C}\p{Zl}\p{Zp}\uFFFD"]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  return words.length > lengthMax ? `${words.slice(0, lengthMax - 3).trimEnd()}...` : words;
}
