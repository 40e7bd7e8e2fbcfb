import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const POM = join(import.meta.dirname, 'pom.xml');
/** Outside the tree, so that a clean clone need not download 54 MB again. */
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'streamgauge', 'kafka');
const JAVA_MIN = 17;
/** Some seconds on most networks. */
const DOWNLOAD_MS_MAX = 10 * 60_000;

const run = promisify(execFile);

/** The jars of Kafka, or why this machine cannot have them. */
export type KafkaJars =
  | { readonly kind: 'ready'; readonly folder: string }
  | { readonly kind: 'missing'; readonly reason: string };

/**
 * Downloads the jars that pom.xml names, the first time, with Maven. Later calls need only Java.
 * @throws Error with the output of Maven, if Maven is there and fails, or takes ten minutes.
 */
export async function kafkaJars(): Promise<KafkaJars> {
  const java = await javaVersion();
  if (java === undefined) return { kind: 'missing', reason: 'java is not on the path' };
  if (java < JAVA_MIN) return { kind: 'missing', reason: `Kafka needs Java ${JAVA_MIN}, and java is version ${java}` };
  const hash = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 16);
  const folder = join(CACHE, hash);
  if (existsSync(folder)) return { kind: 'ready', folder };
  if (!(await succeeds('mvn', ['-v']))) return { kind: 'missing', reason: 'mvn is not on the path' };
  await mkdir(CACHE, { recursive: true });
  const making = await mkdtemp(join(CACHE, 'making-'));
  try {
    process.stderr.write('downloading Apache Kafka with Maven, once\n');
    await copyFile(POM, join(making, 'pom.xml'));
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${making}`];
    await run('mvn', ['-q', '-B', ...goal], { cwd: making, timeout: DOWNLOAD_MS_MAX });
    await rename(making, folder);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    // Another process may have downloaded them at the same time.
    if (!existsSync(folder)) throw error;
  }
  return { kind: 'ready', folder };
}

/** The major version of the first `java` on the path; undefined if there is none. */
async function javaVersion(): Promise<number | undefined> {
  try {
    const { stderr } = await run('java', ['-version']);
    return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
  } catch {
    return undefined;
  }
}

async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(program, args);
    return true;
  } catch {
    return false;
  }
}
