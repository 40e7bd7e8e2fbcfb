import { type Replay, type ReplayNeeds, readReplay } from '../../workloads/replay.ts';
import type { ReplaySpec } from '../../workloads/scenario.ts';
import { aFolder } from './a-file.ts';

export type RecordingOptions = Omit<ReplaySpec, 'path'> & Partial<ReplayNeeds>;

/** Writes recordings to a folder of one test file, and reads them. */
export function aRecordingReader() {
  const folder = aFolder();
  const read = (
    content: string | Uint8Array,
    { keyField, needsTimes, maxRecordBytes = 2 ** 20, ...how }: RecordingOptions,
  ) => {
    const needs = {
      maxRecordBytes,
      ...(keyField === undefined ? {} : { keyField }),
      ...(needsTimes === undefined ? {} : { needsTimes }),
    };
    return readReplay({ path: folder.write('recording', content), ...how }, needs, 'payload.replay');
  };
  return {
    replay(content: string | Uint8Array, options: RecordingOptions): Replay {
      const found = read(content, options);
      if (found.kind === 'problems') throw new Error(found.problems.map(({ what }) => what).join('\n'));
      return found.replay;
    },
    problems(content: string | Uint8Array, options: RecordingOptions): string[] {
      const found = read(content, options);
      return found.kind === 'read' ? [] : found.problems.map(({ code, what, fix }) => `${code} ${what} ${fix}`);
    },
  };
}

export function payloadsOf({ bytes, count, offsets, lengths }: Replay): string[] {
  return Array.from({ length: count }, (_, i) =>
    Buffer.from(bytes.buffer, offsets[i]!, lengths[i]!).toString('latin1'),
  );
}
