import { mkdirSync, writeFileSync } from 'node:fs';
import { referencePages } from './pages.ts';

/** `npm run docs:reference` writes the pages after any change of what they describe; a test compares the two. */
const folder = new URL('../../docs/reference/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of referencePages()) writeFileSync(new URL(name, folder), text);
