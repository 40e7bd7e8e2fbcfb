import { describe, expect, test } from 'vitest';
import { otlpReceiver } from '../../../runners/push/otlp.ts';
import { parsePushUrl } from '../../../runners/push/push-url.ts';
import { pushgateway } from '../../../runners/push/pushgateway.ts';

const TIMES = { startMs: 1e12, atMs: 1e12 + 5e3 };
const pathOf = (url: string, run = 'clicks', host = 'box') =>
  pushgateway(url, run, host).request([], TIMES).url.pathname;

describe('the address of pushes', () => {
  test('contains a group of this machine and run for a Pushgateway', () => {
    const expected = '/metrics/job/streamgauge/instance/box/run/clicks';
    expect(pathOf('http://gateway:9091')).toBe(expected);
    expect(pathOf('http://gateway:9091/')).toBe(expected);
    expect(pathOf('https://proxy.test/push/')).toBe(`/push${expected}`);
    expect(pushgateway('http://gateway:9091', 'clicks').request([], TIMES).method).toBe('PUT');
  });

  test('keeps a given group', () => {
    expect(pathOf('http://gateway:9091/metrics/job/load/team/a')).toBe('/metrics/job/load/team/a');
  });

  test('encodes names that a path cannot contain in base64', () => {
    expect(pathOf('http://g', 'a/b c')).toMatch(/\/run@base64\/YS9iIGM$/);
    expect(pathOf('http://g', '..')).toMatch(/\/run@base64\/Li4$/);
    expect(pathOf('http://g', '')).toMatch(/\/run@base64\/=$/);
    expect(pathOf('http://g', 'ü?#')).toMatch(/\/run@base64\/w7w_Iw$/);
  });

  test.each([
    ['http://collector:4318', '/v1/metrics'],
    ['http://collector:4318/', '/v1/metrics'],
    ['http://collector:4318/v1/metrics', '/v1/metrics'],
    ['https://x.test/otlp', '/otlp/v1/metrics'],
  ])('extends the OTLP address %s to %s', (url, path) => {
    const { url: to, method } = otlpReceiver(url, '1', {}).request([], TIMES);
    expect([to.pathname, method]).toEqual([path, 'POST']);
  });
});

describe('credentials', () => {
  test('are moved from a URL into a header, and are never shown', () => {
    const { url, shown, headers, secrets } = parsePushUrl('push', 'https://me:p%40ss@x.test/a?key=abcdef#f');
    expect(headers).toEqual({ authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}` });
    expect(shown).toBe('https://x.test/a');
    expect(url.href).toBe('https://x.test/a?key=abcdef');
    expect(secrets).toEqual(expect.arrayContaining(['p@ss', 'p%40ss', 'abcdef']));
  });

  test('are read from the environment as headers, and those for metrics take precedence', () => {
    const env = {
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=one%20two, X-Other = b ',
      OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'API-Key=three',
    };
    const { headers } = otlpReceiver('http://c', '1', env).request([], TIMES);
    expect(headers).toEqual({ 'api-key': 'three', 'x-other': 'b', 'content-type': 'application/json' });
  });

  test.each(['nothing', '=v', 'a=%zz', 'a b=c', 'a=x%0Ay'])(
    'are not shown in the error for a malformed header: %s',
    (entry) => {
      const text = `good=secret,${entry}`;
      const open = () => otlpReceiver('http://c', '1', { OTEL_EXPORTER_OTLP_HEADERS: text });
      expect(open).toThrow('RUNNER_USAGE entry 2 of OTEL_EXPORTER_OTLP_HEADERS is not a header');
      expect(open).not.toThrow(/secret|%zz|x%0Ay/);
    },
  );

  test.each(['nonsense', 'ftp://u:hunter2@x', '//x', 'file:///etc', ''])(
    'are not shown in the error for an invalid URL: %j',
    (text) => {
      expect(() => parsePushUrl('push', text)).toThrow('RUNNER_USAGE --push is not a URL with http or https');
      expect(() => parsePushUrl('push', text)).not.toThrow(/hunter2/);
    },
  );
});
