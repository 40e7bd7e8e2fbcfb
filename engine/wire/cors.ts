import { idHeaders } from './answer.ts';
import type { Answer, Exchange, Handler, WireRequest } from './exchange.ts';

/** What AWS lets pages read of its responses, and how long a browser may keep a preflight's answer. */
const EXPOSED = 'x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-errormessage,date';
const MAX_AGE_SECONDS = 172_800;
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~-]+(?:, ?[\w!#$%&'*+.^`|~-]+)*$/;

/** Any page. */
export const ANY_ORIGIN = '*';

/**
 * Lets web pages of some origins call the service, as the SDK's browser build does: answers preflights, and names the
 * origin in every response. Requests of other pages are answered as without it, and their browsers keep the answer.
 * @param origins such as `https://app.example.com`, or `*`. Without any, nothing changes.
 */
export function withCors(service: Handler, origins: readonly string[] = []): Handler {
  if (origins.length === 0) return service;
  const allowed = new Set(origins);
  return (exchange) => {
    const { origin } = exchange.request.headers;
    if (origin === undefined || !(allowed.has(ANY_ORIGIN) || allowed.has(origin))) {
      service(exchange);
      return;
    }
    const headers = { 'Access-Control-Allow-Origin': allowed.has(ANY_ORIGIN) ? ANY_ORIGIN : origin, Vary: 'Origin' };
    if (isPreflight(exchange.request)) exchange.send(preflightAnswer(exchange.request, headers));
    else service(new CorsExchange(exchange, { ...headers, 'Access-Control-Expose-Headers': EXPOSED }));
  };
}

const isPreflight = ({ method, headers }: WireRequest): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

function preflightAnswer({ headers: asked }: WireRequest, headers: Answer['headers']): Answer {
  const names = asked['access-control-request-headers'] ?? '';
  return {
    status: 200,
    headers: {
      ...idHeaders(),
      ...headers,
      'Access-Control-Allow-Methods': 'POST',
      ...(HEADER_NAMES.test(names) ? { 'Access-Control-Allow-Headers': names } : {}),
      'Access-Control-Max-Age': MAX_AGE_SECONDS,
      // Chromium asks before a page of a public site may call a server of this machine.
      ...(asked['access-control-request-private-network'] === 'true'
        ? { 'Access-Control-Allow-Private-Network': 'true' }
        : {}),
      'Content-Length': 0,
    },
    body: '',
  };
}

/** An exchange whose answer has more headers. */
class CorsExchange implements Exchange {
  readonly #exchange: Exchange;
  readonly #headers: Answer['headers'];

  constructor(exchange: Exchange, headers: Answer['headers']) {
    this.#exchange = exchange;
    this.#headers = headers;
  }

  get request(): WireRequest {
    return this.#exchange.request;
  }

  send(answer: Answer): void {
    this.#exchange.send({ ...answer, headers: { ...answer.headers, ...this.#headers } });
  }

  stream(...[status, headers, events]: Parameters<Exchange['stream']>): ReturnType<Exchange['stream']> {
    return this.#exchange.stream(status, { ...headers, ...this.#headers }, events);
  }

  drop(): void {
    this.#exchange.drop();
  }
}
