import { extname } from 'node:path';

/**
 * Returns the URL of a module relative to another one, for a thread to start from. Sources run as TypeScript, the published
 * package as JavaScript, so the module has the same extension.
 * @param name relative path without an extension, for example '../run/worker'.
 */
export const workerUrl = (name: string, importMetaUrl: string): URL =>
  new URL(`${name}${extname(importMetaUrl)}`, importMetaUrl);
