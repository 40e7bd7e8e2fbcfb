import { execFile } from 'node:child_process';
import os from 'node:os';
import type { Environment } from '../../reports/result/result.ts';
import { readDependencyVersion, readOwnVersion } from '../package.ts';

/** Packages whose version can move a measured number. */
const MEASURING_PACKAGES = ['piscina'] as const;

const GIT_TIMEOUT_MS = 1000;

/**
 * Reads the surroundings of a run, which are saved with its result. Results are passed on, so nothing in here identifies
 * the machine or its owner: no host name, user, path or environment variable.
 */
export async function readEnvironment(): Promise<Environment> {
  const gitCommit = await readGitCommit();
  return {
    cpuModel: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: memoryLimitBytes(),
    kernel: `${os.type()} ${os.release()} ${os.arch()}`,
    nodeVersion: process.versions.node,
    packages: packageVersions(),
    ...(gitCommit === undefined ? {} : { gitCommit }),
  };
}

function packageVersions(): Record<string, string> {
  const versions: Record<string, string> = { streamgauge: readOwnVersion() };
  for (const name of MEASURING_PACKAGES) versions[name] = readDependencyVersion(name) ?? 'unknown';
  return versions;
}

/** In a container the limit of its group, which is what the run can use; 0 and huge values mean that there is none. */
function memoryLimitBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem();
}

/** Returns the commit of the current folder: that of the code under test, if the command was started there. */
export function readGitCommit(): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('git', ['rev-parse', 'HEAD'], { timeout: GIT_TIMEOUT_MS }, (error, stdout) => {
      const commit = stdout.trim();
      resolve(error === null && /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined);
    });
  });
}
