import type { HttpRequest } from '@smithy/core/protocols';
import type { SigningIdentity } from './request-signature.ts';

/** Where an operation of a service is called, by the SDK's own rules for endpoints and regions. */
export interface ServiceAddress {
  readonly isTls: boolean;
  /** Without brackets around an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** Value of the Host header. */
  readonly authority: string;
  readonly path: string;
  readonly region: string;
  /** Name of the service in signatures. */
  readonly signingName: string;
  /** Start of x-amz-target: `Kinesis_20131202.` */
  readonly targetPrefix: string;
}

/** The SDK's client, as far as its configuration is used here. */
export interface ConfiguredClient {
  readonly config: {
    readonly credentials: () => Promise<SigningIdentity & { readonly expiration?: Date | undefined }>;
    readonly region: () => Promise<string>;
  };
  send(command: never): unknown;
}

/** A command of the SDK, which is built and not sent. */
export interface BuiltCommand {
  readonly middlewareStack: {
    add(middleware: never, options: { readonly step: 'build'; readonly name: string; readonly priority: 'low' }): void;
  };
}

const PORTS = { 'http:': 80, 'https:': 443 } as const;

/**
 * Lets the SDK build the request of a command, and reads the address from it. The endpoint comes from wherever the SDK finds
 * one: the client, the environment, a profile, or AWS's rules for the region, FIPS and dual stack.
 */
export async function addressOf(
  client: ConfiguredClient,
  command: BuiltCommand,
  signingName: string,
): Promise<ServiceAddress> {
  let built: HttpRequest | undefined;
  const capture = () => async (args: { readonly request: HttpRequest }) => {
    built = args.request;
    return { output: { $metadata: {} }, response: {} };
  };
  command.middlewareStack.add(capture as never, { step: 'build', name: 'captureAddress', priority: 'low' });
  await client.send(command as never);
  const { protocol, hostname, port, path, headers } = built!;
  const target = headers['x-amz-target'] ?? '';
  const usualPort = PORTS[protocol as keyof typeof PORTS];
  return {
    isTls: protocol === 'https:',
    host: hostname.replace(/^\[(?<address>.*)\]$/u, '$<address>'),
    port: port ?? usualPort,
    authority: port === undefined || port === usualPort ? hostname : `${hostname}:${port}`,
    path,
    region: await client.config.region(),
    signingName,
    targetPrefix: target.slice(0, target.indexOf('.') + 1),
  };
}
