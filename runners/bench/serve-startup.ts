import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark } from './benchmark.ts';
import { type BenchServer, EMULATORS, OURS, OWN_ENTRY, type PeerName, startOurs, startPeer } from './peers.ts';
import { rowsWithPeers } from './peers-rounds.ts';

const ROUNDS = 7;

/** From spawning a server's process to its first response, as a test suite waits for it. */
export const serveStartup: Benchmark = {
  name: 'serve-startup',
  title: 'a server process from its start to its first response, in turn with other emulators',
  run: async () => {
    const { entry, note } = ownEntry();
    const starts = new Map<typeof OURS | PeerName, () => Promise<BenchServer | undefined>>();
    starts.set(OURS, () => startOurs({ entry, options: ['--stream', 'orders:4'] }));
    for (const peer of EMULATORS) starts.set(peer, () => startPeer(peer));
    const missing: PeerName[] = [];
    const values = new Map<typeof OURS | PeerName, number[]>();
    // The first round fills the caches of the disk and of compiled code, and is not counted.
    for (let round = -1; round < ROUNDS; round++) {
      for (const [name, start] of starts) {
        const server = await start();
        if (server === undefined) {
          starts.delete(name);
          if (name !== OURS) missing.push(name);
          continue;
        }
        await server.close();
        if (round >= 0) values.set(name, [...(values.get(name) ?? []), server.startMs]);
      }
    }
    return rowsWithPeers({ name: 'serve-startup', unit: 'ms', missing, notes: { [OURS]: note } }, values);
  },
};

interface OwnEntry {
  readonly entry: string;
  readonly note: string;
}

/**
 * The command as users have it, which is the built package. From sources that is taken when it is there and not older than
 * they are.
 */
function ownEntry(): OwnEntry {
  if (import.meta.url.endsWith('.js')) return { entry: OWN_ENTRY, note: 'as built' };
  const root = join(import.meta.dirname, '..', '..');
  const built = join(root, 'dist', 'runners', 'streamgauge.js');
  if (!existsSync(built)) return { entry: OWN_ENTRY, note: 'from sources: npm run build first to measure the package' };
  const folders = ['engine', 'runners', 'workloads'].map((name) => join(root, name));
  if (Math.max(...folders.map(newestMs)) > statSync(built).mtimeMs) {
    return { entry: OWN_ENTRY, note: 'from sources, which are newer than dist: npm run build' };
  }
  return { entry: built, note: 'as built' };
}

const newestMs = (folder: string): number =>
  Math.max(
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => statSync(join(folder, name)).mtimeMs),
  );
