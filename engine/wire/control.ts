import { KinesisError } from '../account/errors.ts';
import { errorAnswer, jsonAnswer } from './answer.ts';
import type { Answer, Exchange, WireRequest } from './exchange.ts';
import type { ServerOptions } from './options.ts';

export const CONTROL_PATH = '/streamgauge/';

/** POST /streamgauge/NAME: turning the clock, asking for faults. Not of AWS. JSON both ways; an empty body is none. */
export async function answerControl(exchange: Exchange, { control = {}, onDefect }: ServerOptions): Promise<void> {
  const { request } = exchange;
  const name = request.target.slice(CONTROL_PATH.length).split('?')[0]!;
  const call = Object.hasOwn(control, name) ? control[name] : undefined;
  const refusal = refuse(request);
  if (refusal !== undefined) exchange.send(refusal);
  else if (call === undefined) exchange.send(errorAnswer(404, 'UnknownControl', unknownControl(name, control)));
  else {
    try {
      exchange.send(jsonAnswer(200, await call(parseBody(request.body))));
    } catch (error) {
      if (!(error instanceof KinesisError)) onDefect?.(error, `control ${name}`);
      exchange.send(errorOf(error));
    }
  }
}

function refuse({ method, headers }: WireRequest): Answer | undefined {
  if (method !== 'POST') return errorAnswer(405, 'MethodNotAllowed', 'Control calls are made with POST.');
  if (headers.origin === undefined || isLoopback(headers.origin)) return undefined;
  // Any page in the user's browser can send a POST to a port of this machine, and would turn the engine's clock.
  return errorAnswer(403, 'AccessDeniedException', 'Control calls from pages of other hosts are refused.');
}

/** Whether an Origin header names this machine. `null`, the origin of sandboxed pages, does not. */
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

function errorOf(error: unknown): Answer {
  if (error instanceof KinesisError) return errorAnswer(error.status, error.code, error.message);
  return errorAnswer(500, 'InternalFailure', 'The control call failed. See the report of the server.');
}
