import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadAccountFile, saveAccountFile } from '../../../../engine/account/store/account-file.ts';
import { withFolder } from './store-model.ts';

describe("an account's file", () => {
  it('returns the data that was saved last', () => {
    withFolder((folder) => {
      fc.assert(
        fc.property(fc.jsonValue(), (data) => {
          saveAccountFile(folder, data);
          expect(loadAccountFile(folder)).toEqual(JSON.parse(JSON.stringify(data)));
        }),
        { numRuns: 50 },
      );
      expect(readdirSync(folder)).toEqual(['account.json']);
    });
  });

  it('is created with its folder, and loads as nothing before', () => {
    withFolder((folder) => {
      const inner = join(folder, 'a', 'b');
      expect(loadAccountFile(inner)).toBeUndefined();
      saveAccountFile(inner, { streams: [] });
      expect(loadAccountFile(inner)).toEqual({ streams: [] });
    });
  });

  it('is not loaded when any byte of it has changed, or its end is missing', () => {
    withFolder((folder) => {
      saveAccountFile(folder, { streams: [{ name: 'orders', shards: 4 }] });
      const path = join(folder, 'account.json');
      const whole = readFileSync(path);
      const heading = whole.indexOf('\n');
      const damaged = expect.objectContaining({ code: 'ACCOUNT_FILE_DAMAGED' });
      for (let at = 0; at < whole.length - 1; at++) {
        writeFileSync(path, whole.subarray(0, at));
        expect(() => loadAccountFile(folder)).toThrow(damaged);
        const changed = Buffer.from(whole);
        changed[at]! ^= 1;
        writeFileSync(path, changed);
        if (at > heading) expect(() => loadAccountFile(folder)).toThrow(damaged);
      }
      writeFileSync(path, whole);
      expect(loadAccountFile(folder)).toEqual({ streams: [{ name: 'orders', shards: 4 }] });
    });
  });

  it('is not loaded when a later version wrote it', () => {
    withFolder((folder) => {
      saveAccountFile(folder, {});
      const path = join(folder, 'account.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"version":1', '"version":2'));
      expect(() => loadAccountFile(folder)).toThrow(expect.objectContaining({ code: 'ACCOUNT_FILE_NEWER' }));
    });
  });
});
