import type { Exchange, Handler, WireRequest, WireResponse } from './exchange.ts';
import { idHeaders } from './response.ts';

/** Response headers that AWS exposes to pages, and the time for which a browser may cache a preflight response. */
const EXPOSED = 'x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-errormessage,date';
const MAX_AGE_SECONDS = 172_800;
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~-]+(?:, ?[\w!#$%&'*+.^`|~-]+)*$/;

/** Any page. */
export const ANY_ORIGIN = '*';

/**
 * Lets web pages of some origins call the service, as the SDK's browser build does: responds to preflights, and names the
 * origin in every response. Requests of other pages get the usual response, which their browsers hide from the page.
 * @param origins for example `https://app.example.com`, or `*`. Without origins, nothing changes.
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
    if (isPreflight(exchange.request)) exchange.send(preflightResponse(exchange.request, headers));
    else service(new CorsExchange(exchange, { ...headers, 'Access-Control-Expose-Headers': EXPOSED }));
  };
}

const isPreflight = ({ method, headers }: WireRequest): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

function preflightResponse({ headers: asked }: WireRequest, headers: WireResponse['headers']): WireResponse {
  const names = asked['access-control-request-headers'] ?? '';
  return {
    status: 200,
    headers: {
      ...idHeaders(),
      ...headers,
      'Access-Control-Allow-Methods': 'POST',
      ...(HEADER_NAMES.test(names) ? { 'Access-Control-Allow-Headers': names } : {}),
      'Access-Control-Max-Age': MAX_AGE_SECONDS,
      // Chromium sends this before a page of a public site may call a server of this machine.
      ...(asked['access-control-request-private-network'] === 'true'
        ? { 'Access-Control-Allow-Private-Network': 'true' }
        : {}),
      'Content-Length': 0,
    },
    body: '',
  };
}

/** An exchange that adds headers to its response. */
class CorsExchange implements Exchange {
  readonly #exchange: Exchange;
  readonly #headers: WireResponse['headers'];

  constructor(exchange: Exchange, headers: WireResponse['headers']) {
    this.#exchange = exchange;
    this.#headers = headers;
  }

  get request(): WireRequest {
    return this.#exchange.request;
  }

  send(response: WireResponse): void {
    this.#exchange.send({ ...response, headers: { ...response.headers, ...this.#headers } });
  }

  stream(...[status, headers, events]: Parameters<Exchange['stream']>): ReturnType<Exchange['stream']> {
    return this.#exchange.stream(status, { ...headers, ...this.#headers }, events);
  }

  drop(): void {
    this.#exchange.drop();
  }
}
