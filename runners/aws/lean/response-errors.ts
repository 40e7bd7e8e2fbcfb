import { readCbor } from '../../../engine/wire/cbor-reader.ts';
import { foreignErrorOf } from '../foreign-responses.ts';
import type { AwsService } from '../service.ts';
import type { ResponseHead } from './exchange.ts';

/** An error that the service returned. `faultOf` reads it like an error of the SDK. */
class ServiceResponseError extends Error {
  override readonly name: string;
  readonly $fault: 'client' | 'server';
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(name: string, message: string, status: number) {
    super(message);
    this.name = name;
    this.$fault = status >= 500 ? 'server' : 'client';
    this.$metadata = { httpStatusCode: status };
  }
}

/** The error of this name that the service returned. */
export const serviceError = (name: string, message: string, status: number): Error =>
  new ServiceResponseError(name, message, status);

/** Errors by which AWS rejects the date of a signature. Source: clock skew codes of @smithy/core 3.41.0. */
const CLOCK_ERRORS: ReadonlySet<string> = new Set([
  'AuthFailure',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

export const isClockError = (error: Error | undefined): boolean => CLOCK_ERRORS.has(error?.name ?? '');

/**
 * Returns the error of a response; undefined for a success.
 * @param target the value of x-amz-target.
 */
export function errorOfResponse(
  head: ResponseHead,
  body: Buffer,
  target: string,
  service: AwsService,
): Error | undefined {
  const { status, contentType, errorType } = head;
  const foreign = foreignErrorOf({ ...head, isEmpty: head.contentLength === 0 }, body, target, service);
  if (foreign !== undefined) return foreign;
  if (status < 300) return undefined;
  const fields = fieldsOf(contentType, body);
  // `com.amazonaws.kinesis.v20131202#Name`, or `Name:http://...` in the header.
  const type = textOf(fields.__type) ?? textOf(fields.code) ?? errorType;
  const name = type.replace(/^.*#/u, '').replace(/:.*$/u, '');
  const message = textOf(fields.message) ?? textOf(fields.Message) ?? '';
  return new ServiceResponseError(name === '' ? 'Unknown' : name, message, status);
}

function fieldsOf(contentType: string, body: Buffer): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  try {
    const value: unknown = /cbor/i.test(contentType) ? readCbor(body) : JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
