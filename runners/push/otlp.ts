import { hostname } from 'node:os';
import { otlpRequest } from '../../reports/export/otlp-json.ts';
import { runnerError } from '../errors.ts';
import type { PushReceiver } from './push-receiver.ts';
import { parsePushUrl, withPath } from './push-url.ts';

/** The second variable is only for metrics and takes precedence. Source: OpenTelemetry, "OTLP exporter configuration". */
const HEADER_VARIABLES = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_METRICS_HEADERS'] as const;

/**
 * Creates a receiver for an OpenTelemetry collector, or for another server that accepts OTLP over HTTP as JSON.
 * @param text address; `/v1/metrics` is added if missing.
 * @param env environment with headers, for example a key: `OTEL_EXPORTER_OTLP_HEADERS=name=value,...`, values
 * percent-encoded.
 * @throws RUNNER_USAGE
 */
export function otlpReceiver(text: string, version: string, env: NodeJS.ProcessEnv = process.env): PushReceiver {
  const given = parsePushUrl('otlp', text);
  const { pathname } = given.url;
  const path = pathname.replace(/\/+$/, '');
  const target = path.endsWith('/v1/metrics') ? given : withPath(given, `${path}/v1/metrics`);
  const own = Object.assign({}, ...HEADER_VARIABLES.map((name) => headersIn(name, env[name] ?? '')));
  const resource = {
    'service.name': 'streamgauge',
    'service.version': version,
    'service.instance.id': `${hostname()}:${process.pid}`,
    'host.name': hostname(),
  };
  return {
    flag: 'otlp',
    keepsOldSamples: true,
    shown: target.shown,
    secrets: [...target.secrets, ...Object.values<string>(own).filter((value) => value !== '')],
    request: (families, times) => ({
      url: target.url,
      method: 'POST',
      headers: { ...target.headers, ...own, 'content-type': 'application/json' },
      body: JSON.stringify(otlpRequest(families, { resource, version, ...times })),
    }),
    complaint: partialSuccess,
  };
}

/** Returns the problem of a partial success: a receiver may accept a request and reject some of its points. */
function partialSuccess(body: string): string | undefined {
  let response: unknown;
  try {
    response = JSON.parse(body);
  } catch {
    return undefined;
  }
  const partial = fieldOf(response, 'partialSuccess');
  const rejected = Number(fieldOf(partial, 'rejectedDataPoints') ?? 0);
  if (!(rejected > 0)) return undefined;
  const why = fieldOf(partial, 'errorMessage');
  return `${rejected} data points rejected${typeof why === 'string' && why !== '' ? `: ${why}` : ''}`;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}

/** @throws RUNNER_USAGE with the number of the malformed entry, never with its content. */
function headersIn(variable: string, text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [index, entry] of text.split(',').entries()) {
    if (entry.trim() === '') continue;
    const at = entry.indexOf('=');
    try {
      const name = entry.slice(0, Math.max(0, at)).trim().toLowerCase();
      const value = decodeURIComponent(entry.slice(at + 1).trim());
      new Headers([[name, value]]);
      headers[name] = value;
    } catch (cause) {
      throw runnerError('RUNNER_USAGE', {
        what: `entry ${index + 1} of ${variable} is not a header`,
        fix: 'Write NAME=VALUE, separated by commas, with percent-encoded values.',
        cause: cause instanceof Error ? cause.name : undefined,
      });
    }
  }
  return headers;
}
