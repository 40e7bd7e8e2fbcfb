import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuiltClient, builtClient, must } from './built-client.ts';
import { freePort } from './free-port.ts';
import { untilReady } from './server-process.ts';

const SOURCES = join(import.meta.dirname, 'versitygw');

export const S3_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'testtest' };

/** versitygw, an S3 server that checks signatures. Go builds it once, which takes some minutes. */
export const versitygw: BuiltClient = await builtClient('versitygw', SOURCES, [['go', 'version']], async (folder) => {
  const name = (await readFile(join(SOURCES, 'package.txt'), 'utf8')).trim();
  await must('go', ['install', name], { env: { GOBIN: folder } });
});

export interface S3Server {
  readonly url: string;
  close(): Promise<void>;
}

const START_MS = 20_000;

/** Starts the server with some buckets. Objects are files: FOLDER/BUCKET/KEY. */
export async function startS3(folder: string, buckets: readonly string[]): Promise<S3Server> {
  if (versitygw.kind !== 'ready') throw new Error(versitygw.reason);
  for (const bucket of buckets) await mkdir(join(folder, bucket), { recursive: true });
  const port = await freePort();
  const child = spawn(
    join(versitygw.folder, 'versitygw'),
    ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', folder],
    {
      env: { ROOT_ACCESS_KEY: S3_CREDENTIALS.accessKeyId, ROOT_SECRET_KEY: S3_CREDENTIALS.secretAccessKey },
      stdio: 'ignore',
    },
  );
  const url = `http://127.0.0.1:${port}`;
  const end = await untilReady('versitygw', child, START_MS, () => responds(url));
  return { url, close: () => end('SIGTERM') };
}

const responds = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );
