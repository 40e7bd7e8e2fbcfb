import { join } from 'node:path';
import { type Ended, program } from '../runners/commands/cli-command.ts';
import { type PythonClients, pythonClients } from './virtual-environment.ts';

const SCRIPTS = join(import.meta.dirname, 'python');

export const CREDENTIALS = { accessKey: 'AKIDEXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

/** Why the tests with Python cannot run here, for the name of what is skipped; empty when they can. */
export const clients: PythonClients = await pythonClients();
export const whySkipped = clients.kind === 'ready' ? '' : ` (skipped: ${clients.reason})`;

// These tests must not use the user's own settings for AWS, such as a profile.
for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];

/** Leads boto3 and the AWS CLI to an endpoint. */
export function awsEnvironment(url: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL_KINESIS: url,
    AWS_ENDPOINT_URL_FIREHOSE: url,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKey,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_PROXY: '127.0.0.1,localhost',
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

/**
 * Runs a script of the folder `python` and parses what it prints.
 * @throws Error with its standard error when it fails.
 */
export async function runScript<Report>(
  name: string,
  url: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Report> {
  const { code, stdout, stderr } = await runPython([join(SCRIPTS, name)], { ...awsEnvironment(url), ...env });
  if (code !== 0) throw new Error(`${name} ended with ${code}:\n${stdout}${stderr}`);
  return JSON.parse(stdout);
}

export function runPython(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  if (clients.kind !== 'ready') throw new Error(clients.reason);
  return program(clients.python, args, { env });
}
