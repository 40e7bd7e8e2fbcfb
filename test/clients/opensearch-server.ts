import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainEnvironment, program } from '../runners/commands/cli-command.ts';
import { type BuiltClient, builtClient } from './built-client.ts';
import { freePort } from './free-port.ts';
import { classPathOf, compileProject } from './java-client.ts';
import { untilReady } from './server-process.ts';

const SOURCES = join(import.meta.dirname, 'java/opensearch');
const JAVA_MIN = 21;
/** Debian's place for JDKs besides the one on the path. */
const JDKS = '/usr/lib/jvm';
const START_MS = 120_000;

/** OpenSearch's server from Maven, built once; or why there is none on this machine. */
export async function openSearchServer(): Promise<BuiltClient & { readonly java?: string }> {
  const jdk = await jdkFolder();
  if (jdk === undefined) return { kind: 'missing', reason: `there is no JDK ${JAVA_MIN} or later` };
  const javac = join(jdk, 'bin/javac');
  const built = await builtClient('opensearch', SOURCES, [['mvn', '-v']], (folder) =>
    compileProject(SOURCES, folder, javac, ['--release', String(JAVA_MIN)]),
  );
  return { ...built, java: join(jdk, 'bin/java') };
}

/** A JDK that is new enough: of JAVA_HOME, of the path, or of Debian. */
async function jdkFolder(): Promise<string | undefined> {
  const { JAVA_HOME = '', PATH = '' } = process.env;
  const ofPath = PATH.split(':').map((folder) => join(folder, '..'));
  const installed = foldersIn(JDKS);
  for (const folder of [JAVA_HOME, ...ofPath, ...installed]) {
    if (folder !== '' && (await majorVersion(join(folder, 'bin/javac'))) >= JAVA_MIN) return folder;
  }
  return undefined;
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

async function majorVersion(javac: string): Promise<number> {
  try {
    const { stdout } = await program(javac, ['-version']);
    return Number(/javac (\d+)/.exec(stdout)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Starts a node with an empty data folder. @throws Error with what it printed if it does not start. */
export async function startOpenSearch({
  folder,
  java,
}: {
  readonly folder: string;
  readonly java: string;
}): Promise<{ readonly url: string; end(): Promise<void> }> {
  const port = await freePort();
  const data = await mkdtemp(join(tmpdir(), 'streamgauge-opensearch-'));
  const args = [
    '-Xmx512m',
    '--enable-native-access=ALL-UNNAMED',
    '-cp',
    classPathOf(folder),
    'Server',
    String(port),
    data,
  ];
  const child = spawn(java, args, { env: plainEnvironment({}), cwd: data, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = await untilReady('OpenSearch', child, START_MS, (printed) => printed.includes(`ready ${port}`));
  return {
    url: `http://127.0.0.1:${port}`,
    end: async () => {
      await end('SIGKILL');
      await rm(data, { recursive: true, force: true });
    },
  };
}
