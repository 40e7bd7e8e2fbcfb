import type { WireResponse } from './exchange.ts';
import { errorResponse } from './response.ts';

/** A malformed or forbidden request, with its response. The connection ends after that. */
export class RequestRejected extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  get response(): WireResponse {
    return errorResponse(this.status, this.code, this.message);
  }
}

export const badRequest = (message: string): RequestRejected => new RequestRejected(400, 'BadRequest', message);

export const requestTimeout = (): RequestRejected =>
  new RequestRejected(408, 'RequestTimeout', 'The request did not arrive in time.');
