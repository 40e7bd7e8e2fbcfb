import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificateOf } from '../../engine/wire/certificate.ts';
import { emptyFolder } from '../runners/commands/cli-command.ts';
import { type Served, serve } from './served.ts';

/** Starts `serve` over TLS with a certificate that clients can be configured to trust. */
export async function serveTls(
  args: readonly string[],
): Promise<Served & { readonly folder: string; readonly certificateFile: string }> {
  const { cert, key } = await certificateOf('self-signed');
  const folder = emptyFolder();
  const certificateFile = join(folder, 'cert.pem');
  const keyFile = join(folder, 'key.pem');
  writeFileSync(certificateFile, cert);
  writeFileSync(keyFile, key);
  const served = await serve([...args, '--tls-cert', certificateFile, '--tls-key', keyFile]);
  return { ...served, folder, certificateFile };
}
