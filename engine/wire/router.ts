import { CONTROL_PATH, handleControl } from './control.ts';
import type { Exchange, Handler, WireResponse } from './exchange.ts';
import type { ServerOptions } from './options.ts';
import { errorResponse, jsonResponse, textResponse } from './response.ts';

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** Passes requests for our own paths to their handlers, and all others to the service, because AWS ignores the path. */
export function createRouter(options: ServerOptions, service: Handler): Handler {
  const route: Handler = (exchange) => {
    const { request } = exchange;
    if (isPath(request.target, '/health')) sendHealth(exchange, options);
    else if (isPath(request.target, '/metrics')) sendMetrics(exchange, options);
    else if (request.target.startsWith(CONTROL_PATH)) handleControl(exchange, options);
    else service(exchange);
  };
  return (exchange) => {
    try {
      if (exchange.request.target === '/') service(exchange);
      else route(exchange);
    } catch (error) {
      sendFailure(exchange, options, error);
    }
  };
}

function sendFailure(exchange: Exchange, { onDefect }: ServerOptions, error: unknown): void {
  onDefect?.(error, exchange.request.target);
  exchange.send(errorResponse(500, 'InternalFailure', 'Internal service failure.'));
}

function isPath(target: string, path: string): boolean {
  return target === path || target.startsWith(`${path}?`);
}

function sendHealth(exchange: Exchange, options: ServerOptions): void {
  if (!isRead(exchange.request.method)) exchange.send(wrongMethod('GET'));
  else {
    const respond = () => exchange.send(jsonResponse(200, { status: 'ok' }));
    if (options.whenWell === undefined) respond();
    else options.whenWell().then(respond, (error: unknown) => sendFailure(exchange, options, error));
  }
}

function sendMetrics(exchange: Exchange, options: ServerOptions): void {
  if (!isRead(exchange.request.method)) exchange.send(wrongMethod('GET'));
  else {
    const respond = (text: string) => exchange.send(textResponse(200, PROMETHEUS_TEXT, text));
    const text = options.metricsText?.() ?? '';
    if (typeof text === 'string') respond(text);
    else text.then(respond, (error: unknown) => sendFailure(exchange, options, error));
  }
}

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

const wrongMethod = (right: string): WireResponse =>
  errorResponse(405, 'MethodNotAllowed', `This path accepts only ${right}.`);
