import { errorAnswer, jsonAnswer, textAnswer } from './answer.ts';
import { answerControl, CONTROL_PATH } from './control.ts';
import type { Answer, Handler, WireRequest } from './exchange.ts';
import type { ServerOptions } from './options.ts';

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** Gives requests for paths of ours to what answers them, and all others to the service: AWS does not look at the path. */
export function createRouter(options: ServerOptions, service: Handler): Handler {
  const route: Handler = (exchange) => {
    const { request } = exchange;
    if (isPath(request.target, '/health')) exchange.send(health(request));
    else if (isPath(request.target, '/metrics')) exchange.send(metrics(request, options));
    else if (request.target.startsWith(CONTROL_PATH)) answerControl(exchange, options);
    else service(exchange);
  };
  return (exchange) => {
    try {
      if (exchange.request.target === '/') service(exchange);
      else route(exchange);
    } catch (error) {
      options.onDefect?.(error, exchange.request.target);
      exchange.send(errorAnswer(500, 'InternalFailure', 'Internal service failure.'));
    }
  };
}

function isPath(target: string, path: string): boolean {
  return target === path || target.startsWith(`${path}?`);
}

function health({ method }: WireRequest): Answer {
  return isRead(method) ? jsonAnswer(200, { status: 'ok' }) : wrongMethod('GET');
}

function metrics({ method }: WireRequest, { metricsText }: ServerOptions): Answer {
  if (!isRead(method)) return wrongMethod('GET');
  return textAnswer(200, PROMETHEUS_TEXT, metricsText?.() ?? '');
}

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

const wrongMethod = (right: string): Answer => errorAnswer(405, 'MethodNotAllowed', `This path answers ${right} only.`);
