import { KinesisError } from '../account/errors.ts';
import type { Exchange, WireRequest, WireResponse } from './exchange.ts';
import type { ServerOptions } from './options.ts';
import { errorResponse, jsonResponse } from './response.ts';

export const CONTROL_PATH = '/streamgauge/';

/** POST /streamgauge/NAME: advances the clock, injects faults. Not part of AWS. Bodies are JSON, and may be empty. */
export async function handleControl(exchange: Exchange, { control = {}, onDefect }: ServerOptions): Promise<void> {
  const { request } = exchange;
  const name = request.target.slice(CONTROL_PATH.length).split('?')[0]!;
  const call = Object.hasOwn(control, name) ? control[name] : undefined;
  const rejection = rejectionOf(request);
  if (rejection !== undefined) exchange.send(rejection);
  else if (call === undefined) exchange.send(errorResponse(404, 'UnknownControl', unknownControl(name, control)));
  else {
    try {
      exchange.send(jsonResponse(200, await call(parseBody(request.body))));
    } catch (error) {
      if (!(error instanceof KinesisError)) onDefect?.(error, `control ${name}`);
      exchange.send(errorOf(error));
    }
  }
}

function rejectionOf({ method, headers }: WireRequest): WireResponse | undefined {
  if (method !== 'POST') return errorResponse(405, 'MethodNotAllowed', 'Control calls are made with POST.');
  if (headers.origin === undefined || isLoopback(headers.origin)) return undefined;
  // Any page in the user's browser can send a POST to a port of this machine, and could otherwise advance the engine's clock.
  return errorResponse(403, 'AccessDeniedException', 'Control calls from pages of other hosts are rejected.');
}

/** True if an Origin header names this machine. `null`, the origin of sandboxed pages, does not. */
function isLoopback(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { hostname } = new URL(origin);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function unknownControl(name: string, control: object): string {
  const names = Object.keys(control);
  return `There is no control call ${JSON.stringify(name)}. There are: ${names.length === 0 ? 'none' : names.join(', ')}.`;
}

/** @throws KinesisError SerializationException. */
function parseBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new KinesisError('SerializationException', 'The body is not JSON.');
  }
}

function errorOf(error: unknown): WireResponse {
  if (error instanceof KinesisError) return errorResponse(error.status, error.code, error.message);
  return errorResponse(500, 'InternalFailure', 'The control call failed. See the report of the server.');
}
