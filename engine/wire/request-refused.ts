import { errorAnswer } from './answer.ts';
import type { Answer } from './exchange.ts';

/** A request that cannot be understood, or is not allowed: what is answered, before the connection ends. */
export class RequestRefused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  get answer(): Answer {
    return errorAnswer(this.status, this.code, this.message);
  }
}

export const badRequest = (message: string): RequestRefused => new RequestRefused(400, 'BadRequest', message);

export const requestTimeout = (): RequestRefused =>
  new RequestRefused(408, 'RequestTimeout', 'The request did not arrive in time.');
