import { CONTROL_PATH, handleControl } from './control.ts';
import type { Handler, WireRequest, WireResponse } from './exchange.ts';
import type { ServerOptions } from './options.ts';
import { errorResponse, jsonResponse, textResponse } from './response.ts';

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** Passes requests for our own paths to their handlers, and all others to the service, because AWS ignores the path. */
export function createRouter(options: ServerOptions, service: Handler): Handler {
  const route: Handler = (exchange) => {
    const { request } = exchange;
    if (isPath(request.target, '/health')) exchange.send(health(request));
    else if (isPath(request.target, '/metrics')) exchange.send(metrics(request, options));
    else if (request.target.startsWith(CONTROL_PATH)) handleControl(exchange, options);
    else service(exchange);
  };
  return (exchange) => {
    try {
      if (exchange.request.target === '/') service(exchange);
      else route(exchange);
    } catch (error) {
      options.onDefect?.(error, exchange.request.target);
      exchange.send(errorResponse(500, 'InternalFailure', 'Internal service failure.'));
    }
  };
}

function isPath(target: string, path: string): boolean {
  return target === path || target.startsWith(`${path}?`);
}

function health({ method }: WireRequest): WireResponse {
  return isRead(method) ? jsonResponse(200, { status: 'ok' }) : wrongMethod('GET');
}

function metrics({ method }: WireRequest, { metricsText }: ServerOptions): WireResponse {
  if (!isRead(method)) return wrongMethod('GET');
  return textResponse(200, PROMETHEUS_TEXT, metricsText?.() ?? '');
}

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

const wrongMethod = (right: string): WireResponse =>
  errorResponse(405, 'MethodNotAllowed', `This path accepts only ${right}.`);
