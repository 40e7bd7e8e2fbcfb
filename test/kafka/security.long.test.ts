import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { portsOf } from '../../examples/kafka/cluster.ts';
import { resultLines } from '../../reports/result/result-file.ts';
import { runScenario } from '../../runners/run/run.ts';
import { resolveScenario } from '../../workloads/resolve.ts';
import { jars, newTopic, useKafka, whyNoKafka } from './broker.ts';

const USER = 'ana';
const PASSWORD = 'p4ssword-of-ana';
const RECORDS = 300;
const folder = mkdtempSync(join(tmpdir(), 'streamgauge-kafka-security-'));
const ca = join(folder, 'ca.pem');
const [saslPort = 0, tlsPort = 0] = await portsOf(1, undefined);

/** A certificate for 127.0.0.1 that signs itself, for the broker and as the authority of its clients. */
async function writeCertificate(): Promise<string> {
  const made = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const store = join(folder, 'broker.pem');
  writeFileSync(store, `${made.private}\n${made.cert}\n`);
  writeFileSync(ca, made.cert);
  return store;
}
const store = await writeCertificate();

const login = 'org.apache.kafka.common.security';
const properties = ([broker, controller]: readonly number[]) => {
  const own = [
    `PLAINTEXT://127.0.0.1:${broker}`,
    `SASL_PLAINTEXT://127.0.0.1:${saslPort}`,
    `SSL://127.0.0.1:${tlsPort}`,
  ];
  const names = ['PLAINTEXT', 'SASL_PLAINTEXT', 'SSL'].map((name) => `${name}:${name}`);
  return {
    listeners: [...own, `CONTROLLER://127.0.0.1:${controller}`].join(','),
    'advertised.listeners': own.join(','),
    'listener.security.protocol.map': [...names, 'CONTROLLER:PLAINTEXT'].join(','),
    'inter.broker.listener.name': 'PLAINTEXT',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256',
    'listener.name.sasl_plaintext.plain.sasl.jaas.config': `${login}.plain.PlainLoginModule required user_${USER}="${PASSWORD}";`,
    'listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config': `${login}.scram.ScramLoginModule required;`,
    'listener.name.ssl.ssl.keystore.type': 'PEM',
    'listener.name.ssl.ssl.keystore.location': store,
  };
};

describe.skipIf(jars.kind === 'missing')(`a broker with security${whyNoKafka}`, () => {
  const kafka = useKafka({ properties });
  beforeAll(async () => {
    if (jars.kind === 'missing') return;
    const args = [
      '--bootstrap-server',
      kafka().brokers[0]!,
      '--alter',
      '--entity-type',
      'users',
      '--entity-name',
      USER,
    ];
    const config = ['--add-config', `SCRAM-SHA-256=[password=${PASSWORD}]`];
    const main = ['-Xmx128m', '-cp', `${jars.folder}/*`, 'org.apache.kafka.tools.ConfigCommand'];
    const old = ['-Xmx128m', '-cp', `${jars.folder}/*`, 'kafka.admin.ConfigCommand'];
    const run = promisify(execFile);
    await run('java', [...main, ...args, ...config]).catch(() => run('java', [...old, ...args, ...config]));
  });
  afterAll(() => {
    delete process.env.KAFKA_USERNAME;
    delete process.env.KAFKA_PASSWORD;
    rmSync(folder, { recursive: true });
  });

  const run = (port: number, security: object | undefined, password = PASSWORD) => {
    process.env.KAFKA_USERNAME = USER;
    process.env.KAFKA_PASSWORD = password;
    const create = { partitions: 2 };
    const target = { kind: 'kafka', brokers: `127.0.0.1:${port}`, topic: newTopic(), create, timeout: '5s' };
    const scenario = resolveScenario({
      name: 'security',
      target: { ...target, ...(security === undefined ? {} : { security }) },
      workloads: [
        {
          name: 'w',
          phases: [{ name: 'p', duration: '1s', rate: `${RECORDS}/s` }],
          keys: { uniform: true, count: 10 },
          payload: { size: '100B' },
        },
      ],
      consumers: [{ name: 'reader', kind: 'fan-out' }],
    });
    return runScenario(scenario, { ceiling: 'skip' });
  };

  test.each(['plain', 'scram-sha-256'])(
    'takes a user and a password by SASL %s, which no result contains',
    async (mechanism) => {
      const result = await run(saslPort, { sasl: { mechanism } });
      expect(result.summary.ledger).toMatchObject({ sent: RECORDS, received: RECORDS, lost: 0 });
      expect([...resultLines(result)].join('\n')).not.toContain(PASSWORD);
    },
  );

  test('is reached over TLS with its authority', async () => {
    expect(readFileSync(ca, 'utf8')).toContain('BEGIN CERTIFICATE');
    const result = await run(tlsPort, { tls: { ca } });
    expect(result.summary.ledger).toMatchObject({ sent: RECORDS, received: RECORDS, lost: 0 });
  });

  test.each<[string, number, object | undefined, string, RegExp]>([
    [
      'a wrong password',
      saslPort,
      { sasl: { mechanism: 'plain' } },
      'wrong',
      /SaslAuthenticationFailed|SASL_AUTHENTICATION_FAILED/,
    ],
    [
      'a mechanism that it does not offer',
      saslPort,
      { sasl: { mechanism: 'scram-sha-512' } },
      PASSWORD,
      /UNSUPPORTED_SASL_MECHANISM/,
    ],
    ['no SASL where it needs it', saslPort, undefined, PASSWORD, /ConnectionLost|ECONNRESET|ILLEGAL_SASL_STATE/],
    ['no TLS where it needs it', tlsPort, undefined, PASSWORD, /TlsRequired|ConnectionLost|ECONNRESET/],
    ['an authority that did not sign it', tlsPort, { tls: true }, PASSWORD, /SELF_SIGNED|DEPTH_ZERO|UNABLE_TO/],
  ])('rejects %s with a code and the next step', async (_, port, security, password, code) => {
    const error = await run(port, security, password).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'RUNNER_TARGET_FAILED' });
    expect(String(error)).toMatch(code);
    expect(String(error)).not.toContain(PASSWORD);
  });
});
