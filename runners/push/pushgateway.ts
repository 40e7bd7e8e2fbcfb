import { hostname } from 'node:os';
import { renderExposition } from '../../reports/export/exposition.ts';
import type { PushReceiver } from './push-receiver.ts';
import { parsePushUrl, withPath } from './push-url.ts';

const JOB = 'streamgauge';

/**
 * Creates a receiver for a Prometheus Pushgateway or a compatible server. Each push replaces the group of this machine and
 * run with a PUT, so the last push removes the live samples.
 * @param text address. A path of `/metrics/job/...` names the group; otherwise job, instance and run are added.
 * @throws RUNNER_USAGE
 */
export function pushgateway(text: string, run: string, host = hostname()): PushReceiver {
  const given = parsePushUrl('push', text);
  const { pathname } = given.url;
  const target = /\/metrics\/job(?:@base64)?\//.test(pathname)
    ? given
    : withPath(
        given,
        `${pathname.replace(/\/+$/, '')}/metrics/job/${JOB}/${label('instance', host)}/${label('run', run)}`,
      );
  return {
    flag: 'push',
    keepsOldSamples: false,
    shown: target.shown,
    secrets: target.secrets,
    request: (families) => ({
      url: target.url,
      method: 'PUT',
      headers: { ...target.headers, 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: renderExposition(families, 'prometheus'),
    }),
    complaint: () => undefined,
  };
}

/**
 * Formats a label of the group as a part of the path. Values that a path cannot contain, such as a slash or nothing, use
 * base64.
 */
function label(name: string, value: string): string {
  if (/^[\w.~-]+$/.test(value) && !/^\.+$/.test(value)) return `${name}/${value}`;
  return `${name}@base64/${Buffer.from(value).toString('base64url') || '='}`;
}
