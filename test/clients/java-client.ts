import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { plainEnvironment } from '../runners/commands/cli-command.ts';
import { type BuiltClient, builtClient, must } from './built-client.ts';

const JAVA = join(import.meta.dirname, 'java');
const CLASSES = 'classes';
/** The class path of the packages of a project. */
const PACKAGES = 'class-path';

/** A Maven project of `test/clients/java`, compiled, with its class path; skipped where there is no Java or no Maven. */
export function javaClient(name: 'kcl' | 'flink' | 'firehose-objects'): Promise<BuiltClient> {
  const sources = join(JAVA, name);
  const tools = [
    ['javac', '-version'],
    ['mvn', '-v'],
    ['keytool', '-help'],
  ] as const;
  return builtClient(name, sources, tools, (folder) => compileProject(sources, folder, 'javac'));
}

/** Compiles a Maven project in a folder. `classPathOf` returns the class path. */
export async function compileProject(
  sources: string,
  folder: string,
  javac: string,
  flags: readonly string[] = [],
): Promise<void> {
  await cp(join(sources, 'pom.xml'), join(folder, 'pom.xml'));
  const packages = join(folder, PACKAGES);
  await must('mvn', ['-q', '-B', 'dependency:build-classpath', `-Dmdep.outputFile=${packages}`], { cwd: folder });
  await mkdir(join(folder, CLASSES));
  const main = join(sources, 'src/main/java');
  const files = (await readdir(main)).map((file) => join(main, file));
  await must(javac, ['-nowarn', ...flags, '-d', join(folder, CLASSES), '-cp', classPathOf(folder), ...files]);
}

/** The class path of a project that `compileProject` compiled in a folder. */
export const classPathOf = (folder: string): string =>
  `${join(folder, CLASSES)}:${readFileSync(join(folder, PACKAGES), 'utf8').trim()}`;

/** A Java program that is running. */
export interface JavaProgram {
  readonly child: ChildProcess;
  /** Lines that it has printed so far. */
  readonly lines: readonly string[];
  /** @returns its exit code, and the end of what it wrote on standard error. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
  /** Resolves when a line is printed that makes the condition true, or the program ends. */
  until(condition: (lines: readonly string[]) => boolean): Promise<void>;
}

/** Flink and Netty look into packages of the JDK. */
const OPENED = ['java.base/java.util', 'java.base/java.lang', 'java.base/java.time', 'java.base/java.nio'];
const STDERR_CHARACTERS = 20_000;

/** @param trustStore a PKCS12 file with the certificates to trust, from `trustStoreOf`. */
export function startJava(
  { folder }: Extract<BuiltClient, { kind: 'ready' }>,
  main: string,
  args: readonly string[],
  trustStore?: string,
): JavaProgram {
  const flags = [
    '-Xmx768m',
    ...OPENED.flatMap((each) => ['--add-opens', `${each}=ALL-UNNAMED`]),
    ...(trustStore === undefined
      ? []
      : [`-Djavax.net.ssl.trustStore=${trustStore}`, `-Djavax.net.ssl.trustStorePassword=${PASSWORD}`]),
  ];
  const child = spawn('java', [...flags, '-cp', classPathOf(folder), main, ...args], {
    env: plainEnvironment({ AWS_EC2_METADATA_DISABLED: 'true' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let stderr = '';
  let changed = () => {};
  let isOver = false;
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    changed();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_CHARACTERS);
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((done) => {
    child.once('close', (code) => {
      isOver = true;
      changed();
      done({ code, stderr });
    });
  });
  return {
    child,
    lines,
    ended,
    until: async (condition) => {
      while (!isOver && !condition(lines)) await new Promise<void>((wake) => (changed = wake));
    },
  };
}

const PASSWORD = 'changeit';

/** A trust store with one certificate, in a folder. */
export async function trustStoreOf(certificateFile: string, folder: string): Promise<string> {
  const store = resolve(folder, 'trust.p12');
  const options = ['-importcert', '-noprompt', '-alias', 'serve', '-storetype', 'PKCS12', '-storepass', PASSWORD];
  await must('keytool', [...options, '-file', certificateFile, '-keystore', store]);
  return store;
}
