import {
  FAILURES,
  type Invocation,
  type InvocationResult,
  PAYLOAD_BYTES_MAX,
  type TransformationFunction,
} from './function-contract.ts';
import { eventText, readResponseText } from './function-text.ts';

/** The parts of a request that depend on who is called. */
export interface FunctionCall {
  readonly url: string;
  /** @returns the headers for a body, signed if they need to be. */
  headersFor(body: string): Promise<Readonly<Record<string, string>>>;
}

/** An endpoint that gets the event as the body of a POST, and whose response has the records as its body. */
export const endpointCall = (url: string): FunctionCall => ({
  url,
  headersFor: () => Promise.resolve({ 'content-type': 'application/json' }),
});

/** Set by Lambda if the function threw, timed out, or returned too much. */
const FUNCTION_ERROR_HEADER = 'x-amz-function-error';

/** A transformation behind HTTP. */
export class HttpFunction implements TransformationFunction {
  readonly #call: FunctionCall;

  constructor(call: FunctionCall) {
    this.#call = call;
  }

  async invoke(invocation: Invocation, signal: AbortSignal): Promise<InvocationResult> {
    const body = eventText(invocation);
    try {
      const headers = await this.#call.headersFor(body);
      const response = await fetch(this.#call.url, { method: 'POST', headers, body, signal, redirect: 'manual' });
      const text = await limitedText(response);
      return resultOf(response, text, invocation);
    } catch (error) {
      if (signal.aborted) return FAILURES.timedOut();
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      return FAILURES.unavailable(cause instanceof Error ? cause.message : String(cause));
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function resultOf(response: Response, text: string | undefined, invocation: Invocation): InvocationResult {
  const { status } = response;
  if (status === 401 || status === 403) return FAILURES.accessDenied();
  if (status === 404) return FAILURES.notFound();
  if (status === 429) return FAILURES.limitExceeded();
  if (status >= 500) return FAILURES.unavailable(`It returned the HTTP status ${status}.`);
  if (status !== 200) return FAILURES.functionError(`It returned the HTTP status ${status}.`);
  if (text === undefined) return FAILURES.functionError(`Its response has more than ${PAYLOAD_BYTES_MAX} bytes.`);
  if (response.headers.has(FUNCTION_ERROR_HEADER))
    return /Sandbox\.Timedout|Task timed out/.test(text)
      ? FAILURES.timedOut()
      : FAILURES.functionError(text.slice(0, 500));
  return readResponseText(text, invocation.records);
}

/** @returns undefined for a body of more than 6 MiB, whose rest is not read. */
async function limitedText(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > PAYLOAD_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
