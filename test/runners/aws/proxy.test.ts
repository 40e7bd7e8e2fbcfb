import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openClient } from '../../../runners/aws/client.ts';
import { proxyFor, shownProxy } from '../../../runners/aws/proxy.ts';
import { setUpKinesis } from '../../../runners/targets/kinesis/kinesis-target.ts';
import { ServedFaults } from '../../../runners/targets/served-faults.ts';
import { resolveScenario } from '../../../workloads/resolve.ts';
import type { KinesisTargetSpec } from '../../../workloads/targets/kinesis.ts';
import { scenario } from '../../workloads/a-scenario.ts';
import { startOwn } from '../targets/kinesis/peers.ts';
import { startSmallProxy } from './small-proxy.ts';

const VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'];
const closing: (() => unknown)[] = [];
beforeEach(() => {
  for (const name of VARIABLES) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'any');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'any');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) await close();
});

async function served(tls = false) {
  const own = await startOwn({}, tls ? { tls: 'self-signed' } : {});
  closing.push(own.close);
  return own;
}

async function proxied(options: { readonly user?: string } = {}) {
  const proxy = await startSmallProxy(options);
  closing.push(proxy.close);
  return proxy;
}

async function streamsOf(endpoint: string, protocol: 'http1' | 'http2') {
  const client = await openClient({ endpoint, protocol, timeoutNs: 5e9 }, { sockets: 4, for: 'calls' });
  closing.push(() => client.destroy());
  const { StreamNames } = await client.listStreams();
  return StreamNames;
}

function setUp(endpoint: string | undefined, consumers: readonly object[] = []) {
  const target = { kind: 'kinesis', stream: 's', region: 'us-east-1', ...(endpoint && { endpoint }) };
  const plan = resolveScenario({ ...scenario, target, consumers });
  return setUpKinesis(plan.target as KinesisTargetSpec, plan);
}

describe.each(['http1', 'http2'] as const)('a kinesis target with protocol %s', (protocol) => {
  test.each(['HTTP_PROXY', 'http_proxy'])('sends calls to an http: endpoint through %s', async (variable) => {
    const [own, proxy] = [await served(), await proxied()];
    vi.stubEnv(variable, `http://${proxy.host}`);
    expect(await streamsOf(own.endpoint, protocol)).toEqual([]);
    expect(proxy.seen).toEqual([`POST ${own.endpoint}/`]);
  });

  test.each(['HTTPS_PROXY', 'https_proxy'])('opens a tunnel to an https: endpoint through %s', async (variable) => {
    const [own, proxy] = [await served(true), await proxied({ user: 'me:secret' })];
    vi.stubEnv(variable, `http://me:secret@${proxy.host}`);
    expect(await streamsOf(own.endpoint, protocol)).toEqual([]);
    expect(proxy.seen).toEqual([`CONNECT ${new URL(own.endpoint).host}`]);
  });

  test.each([
    ['NO_PROXY', '127.0.0.1'],
    ['no_proxy', 'example.com, 127.0.0.1'],
    ['NO_PROXY', '*'],
  ])('reaches the endpoint directly with %s=%s', async (variable, hosts) => {
    const [own, proxy] = [await served(), await proxied()];
    vi.stubEnv('HTTP_PROXY', `http://${proxy.host}`);
    vi.stubEnv(variable, hosts);
    expect(await streamsOf(own.endpoint, protocol)).toEqual([]);
    expect(proxy.seen).toEqual([]);
  });
});

test('faults go to the served engine through the proxy as well', async () => {
  const [own, proxy] = [await served(), await proxied()];
  vi.stubEnv('HTTP_PROXY', `http://${proxy.host}`);
  await new ServedFaults(own.endpoint, 's').setFaults([], Date.now());
  expect(proxy.seen).toEqual([`POST ${own.endpoint}/streamgauge/faults`]);
});

describe('an error that names the proxy and the next step', () => {
  test.each(['http', 'https'])(
    'reports a rejected user for %s: endpoints, without user or password',
    async (scheme) => {
      const proxy = await proxied({ user: 'me:right' });
      vi.stubEnv('ALL_PROXY', `http://somebody:wrong@${proxy.host}`);
      const error = await setUp(`${scheme}://kinesis.example`).catch((thrown: Error) => thrown);
      const text = `${(error as Error).stack} ${((error as Error).cause as Error).stack}`;
      expect(text).toContain(`(stream s at ${scheme}://kinesis.example through the proxy http://${proxy.host}).`);
      expect(text).toMatch(/407.*NO_PROXY/s);
      expect(text).not.toMatch(/somebody|wrong/);
    },
  );

  test('reports a proxy that nobody serves', async () => {
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:1');
    await expect(setUp('http://kinesis.example')).rejects.toThrow(
      /^RUNNER_TARGET_FAILED ECONNREFUSED: .* through the proxy http:\/\/127\.0\.0\.1:1\)\. Look at the proxy/,
    );
  });

  test.each(['socks5://127.0.0.1:1', 'http://', 'what is this'])(
    'reports the variable with the value %j',
    async (value) => {
      vi.stubEnv('HTTP_PROXY', value);
      await expect(setUp('http://kinesis.example')).rejects.toThrow(
        /^RUNNER_USAGE the environment names a proxy for kinesis/,
      );
    },
  );

  test('reports that AWS cannot push records through a proxy', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:1');
    const consumers = [{ name: 'c', kind: 'fan-out' }];
    await expect(setUp(undefined, consumers)).rejects.toThrow(/^RUNNER_USAGE AWS pushes records .* NO_PROXY/);
  });
});

test('a proxy is shown without its user and password', () => {
  vi.stubEnv('HTTPS_PROXY', 'http://me:secret@proxy.example:3128');
  expect(shownProxy(proxyFor('https://kinesis.us-east-1.amazonaws.com')!)).toBe('http://proxy.example:3128');
});
