import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as layout from '../../../engine/log/layout.ts';

interface Row {
  readonly offset: number;
  readonly field: string;
  readonly type: string | undefined;
}

const TYPE_BYTES: Record<string, number> = { int32: 4, uint16: 2, float64: 8 };

/** Offset constant of each documented field; a field of no fixed length names where its header ends. */
const CONSTANTS = {
  'One claim.': {
    claimBytes: layout.CLAIM_BYTES_OFFSET,
    recordCount: layout.RECORD_COUNT_OFFSET,
    writtenAtNs: layout.WRITTEN_AT_OFFSET,
    frames: layout.CLAIM_HEADER_BYTES,
  },
  'One frame.': {
    frameBytes: layout.FRAME_BYTES_OFFSET,
    keyBytes: layout.KEY_BYTES_OFFSET,
    source: layout.SOURCE_OFFSET,
    intendedAtNs: layout.INTENDED_AT_OFFSET,
    keyCounter: layout.KEY_COUNTER_OFFSET,
    keyIndex: layout.KEY_INDEX_OFFSET,
    key: layout.FRAME_HEADER_BYTES,
  },
} as const;

const source = readFileSync(new URL('../../../engine/log/layout.ts', import.meta.url), 'utf8');

/** Rows of the table under a heading of the file's comment. */
function tableUnder(heading: string): Row[] {
  const lines = source.slice(source.indexOf(heading)).split('\n');
  const rows: Row[] = [];
  for (const line of lines.slice(lines.findIndex((text) => text.includes('offset field')) + 1)) {
    const match = /^ \* {3}(\d+)\s+(\w+)\s+(int32|uint16|float64)?/.exec(line);
    if (match === null) break;
    rows.push({ offset: Number(match[1]), field: match[2]!, type: match[3] });
  }
  return rows;
}

describe('the tables in the comment of layout.ts', () => {
  for (const [heading, constants] of Object.entries(CONSTANTS)) {
    it(`the table "${heading}" of layout.ts names the exported offsets`, () => {
      const documented = Object.fromEntries(tableUnder(heading).map(({ field, offset }) => [field, offset]));
      expect(documented).toEqual(constants);
    });

    it(`the table "${heading}" of layout.ts has no hole between its fields and aligns each`, () => {
      let end = 0;
      for (const { offset, type } of tableUnder(heading)) {
        expect(offset).toBe(end);
        const bytes = type === undefined ? layout.FRAME_ALIGNMENT_BYTES : TYPE_BYTES[type]!;
        expect(offset % bytes).toBe(0);
        end = offset + bytes;
      }
    });
  }

  it('the picture in layout.ts shows the regions with their order and sizes', () => {
    const picture =
      /control \| term slots \| reader slots \| directory\s+\| terms.*\n \* {3}(\d+) B\s+\| (\d+) B each \| (\d+) B each/;
    const [, control, termSlot, readerSlot] = picture.exec(source)!.map(Number);
    const regions = layout.regionsOf({ termLengthBytes: 1 << 16, termCount: 3 });
    expect([control, termSlot, readerSlot]).toEqual([
      regions.termSlots,
      layout.TERM_SLOT_BYTES,
      layout.READER_SLOT_BYTES,
    ]);
    expect(regions.readerSlots).toBe(regions.termSlots + 3 * layout.TERM_SLOT_BYTES);
    expect(regions.directory).toBe(regions.readerSlots + layout.READER_SLOTS * layout.READER_SLOT_BYTES);
    expect(regions.terms).toBeGreaterThanOrEqual(regions.directory + ((3 << 16) / layout.BLOCK_BYTES) * 4);
    expect(regions.totalBytes).toBe(regions.terms + (3 << 16));
  });
});

describe('directory stamps', () => {
  it('stamps of the directory rise from claimed over published to abandoned and from term to term, up to the last possible term', () => {
    for (const term of [0, 1, 1000, layout.TERM_ID_MAX - 1]) {
      const stamps = [
        layout.claimedStamp(term),
        layout.publishedStamp(term),
        layout.abandonedStamp(term),
        layout.claimedStamp(term + 1),
      ];
      expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
      expect(new Set(stamps).size).toBe(4);
      expect(stamps[0]).toBeGreaterThan(0);
    }
    expect(layout.abandonedStamp(layout.TERM_ID_MAX)).toBe(2 ** 31 - 1);
  });
});
