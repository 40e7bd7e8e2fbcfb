import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startTestEngine } from '../../../engine/test-engine.ts';
import { readStream } from '../../../runners/bench/wire-stream.ts';

const SCRIPT = fileURLToPath(new URL('../../../runners/bench/k6-put-records.js', import.meta.url));

/** Runs two iterations of the script with stand-ins for the modules of k6, which print the calls. */
const STAND_IN = `
import { registerHooks } from 'node:module';
const modules = {
  k6: 'export const check = (response, checks) => Object.values(checks).every((holds) => holds(response)) || process.exit(1);',
  'k6/execution': 'export default { vu: { idInTest: 3 } };',
  'k6/http': \`export default { post(url, body, { headers }) {
    console.log(JSON.stringify({ url, body, headers }));
    return { status: 200, body: '{"FailedRecordCount":0,"Records":[]}' };
  } };\`,
};
registerHooks({
  resolve: (name, context, next) =>
    modules[name] === undefined
      ? next(name, context)
      : { url: 'data:text/javascript,' + encodeURIComponent(modules[name]), shortCircuit: true },
});
globalThis.__ENV = { ENDPOINT: process.argv[2], STREAM: 'orders', VUS: '4', SECONDS: '6' };
const { options, putRecords } = await import(process.argv[1]);
if (options.scenarios.puts.vus !== 4 || options.scenarios.puts.duration !== '6s') process.exit(2);
putRecords();
putRecords();
`;

test('the script for k6 puts 500 distinct records of 100 B in each call', async () => {
  const { endpoint, close } = await startTestEngine({ streams: { orders: 4 } });
  try {
    const { stdout, status, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', STAND_IN, SCRIPT, endpoint],
      { encoding: 'utf8' },
    );
    expect(status, stderr).toBe(0);
    for (const line of stdout.trim().split('\n')) {
      const { url, body, headers } = JSON.parse(line) as { url: string; body: string; headers: Record<string, string> };
      const response = await fetch(url, { method: 'POST', headers, body });
      expect(await response.text()).toContain('"FailedRecordCount":0');
    }
    const records = await readStream(Number(new URL(endpoint).port), 'orders');
    expect(new Set(records.map(({ Data }) => Data)).size).toBe(1000);
    expect(new Set(records.map(({ PartitionKey }) => PartitionKey)).size).toBe(1000);
    expect(records.every(({ Data }) => Buffer.from(Data, 'base64').length === 100)).toBe(true);
  } finally {
    await close();
  }
});
