import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { ACCOUNT_PERMISSIONS, loadOfAccount } from '../../../../runners/plan/input/load-of-account.ts';

test('an account without permission is an error that lists the permissions', async () => {
  const server = createServer((_, response) => {
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'User x is not authorized.' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const load = loadOfAccount({ stream: 'orders', endpoint });
    await expect(load).rejects.toThrow(
      `RUNNER_TARGET_FAILED AccessDeniedException: User x is not authorized (stream orders at ${endpoint}). Allow ${ACCOUNT_PERMISSIONS.join(', ')}.`,
    );
  } finally {
    server.close();
  }
});
