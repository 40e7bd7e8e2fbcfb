import { extname } from 'node:path';

/**
 * A module beside another one, for a thread to start from. Sources run as TypeScript, the published package as
 * JavaScript: the neighbour is a file of the same kind.
 * @param name such as '../run/worker', without an ending.
 */
export const workerUrl = (name: string, importMetaUrl: string): URL =>
  new URL(`${name}${extname(importMetaUrl)}`, importMetaUrl);
