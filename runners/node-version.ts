// Runs on Node versions that this package does not support, so it uses nothing newer than Node 12 and imports nothing.

/** @returns one line for the terminal, or undefined when this version will do. */
export function unsupportedNodeMessage(version: string): string | undefined {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const supported = (major === 22 && minor >= 22) || (major === 24 && minor >= 6) || major > 24;
  if (supported) return undefined;
  return `RUNNER_NODE_UNSUPPORTED this is Node ${version}, streamgauge needs 22.22 or later in line 22, or 24.6 or later. Install Node 24 LTS and start again.`;
}
