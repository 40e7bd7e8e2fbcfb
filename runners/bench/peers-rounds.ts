import { type BenchmarkRow, medianOf, rowOf } from './benchmark.ts';
import { type BenchServer, OURS, type PeerName, type ServerName } from './peers.ts';

export interface Round {
  readonly server: BenchServer;
  /** 0 and up. */
  readonly index: number;
}

export type Measured<Figure> = ReadonlyMap<ServerName, readonly Figure[]>;

/** Measures every server once a round, in turn, so that whatever slows the machine down for a while slows all of them. */
export async function measuredInTurn<Figure>(
  servers: readonly BenchServer[],
  rounds: number,
  measure: (round: Round) => Promise<Figure>,
): Promise<Measured<Figure>> {
  const figures = new Map<ServerName, Figure[]>(servers.map(({ name }) => [name, []]));
  for (let index = 0; index < rounds; index++) {
    for (const server of servers) figures.get(server.name)!.push(await measure({ server, index }));
  }
  return figures;
}

export interface RowsOptions {
  readonly name: string;
  readonly unit: string;
  readonly missing: readonly PeerName[];
  readonly notes?: Readonly<Partial<Record<ServerName, string>>>;
}

/**
 * Our row, its ratio to the first peer that was measured, then a row for each peer with our ratio to that one. A peer that
 * is not installed has a row with a note.
 */
export function rowsWithPeers(
  { name, unit, missing, notes = {} }: RowsOptions,
  values: Measured<number>,
): BenchmarkRow[] {
  const ours = values.get(OURS) ?? [];
  const peers = [...values.keys()].filter((server) => server !== OURS);
  const ratioTo = (peer: ServerName) => medianOf(ours) / medianOf(values.get(peer)!);
  const noted = (row: BenchmarkRow, server: ServerName): BenchmarkRow =>
    notes[server] === undefined ? row : { ...row, note: notes[server] };
  return [
    noted(rowOf(name, unit, ours, peers[0] === undefined ? undefined : ratioTo(peers[0])), OURS),
    ...peers.map((peer) => noted(rowOf(`${name}-${peer}`, unit, values.get(peer)!, ratioTo(peer)), peer)),
    ...missing.map((peer) => ({ ...rowOf(`${name}-${peer}`, unit, [Number.NaN]), note: `${peer} is not installed` })),
  ];
}
