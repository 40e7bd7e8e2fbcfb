import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../runners/commands/cli-command.ts';
import { awsEnvironment, clients } from './python-client.ts';

const FILE = join(import.meta.dirname, 'aws-cli.console');

/** A line that was typed, and what the shell and its programs printed. */
export interface Typed {
  readonly line: string;
  readonly printed: string;
}

/** The captured session with the AWS CLI, which documents may quote. */
export function readTranscript(): readonly Typed[] {
  return readFileSync(FILE, 'utf8')
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const end = text.indexOf('\n');
      return { line: text.slice(0, end), printed: text.slice(end + 1) };
    });
}

export function writeTranscript(typed: readonly Typed[]): void {
  writeFileSync(FILE, typed.map(({ line, printed }) => `$ ${line}\n${printed}`).join(''));
}

const BETWEEN = '\u0001';

/** Types the lines into one shell, in which `aws` is the CLI of the tests' environment, against an endpoint. */
export async function type(lines: readonly string[], url: string): Promise<readonly Typed[]> {
  if (clients.kind !== 'ready') throw new Error(clients.reason);
  const script = [
    'exec 2>&1',
    `aws() { '${clients.python}' -m awscli "$@"; }`,
    ...lines.flatMap((line) => [atEndpoint(line, url), `printf '${BETWEEN}'`]),
  ].join('\n');
  const { AWS_ENDPOINT_URL_KINESIS: _own, ...env } = awsEnvironment(url);
  const { stdout } = await program('bash', ['-c', script], { env });
  const printed = stdout.split(BETWEEN);
  // The CLI sets an error apart by an empty line before it; in a document that would end the quotation.
  return lines.map((line, index) => ({ line, printed: (printed[index] ?? '').replace(/^\n/, '') }));
}

/** The transcript shows the default port of `serve`; a test serves on any free port. */
const atEndpoint = (line: string, url: string): string => line.replace('http://127.0.0.1:4567', url);
