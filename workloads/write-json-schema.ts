import { writeFileSync } from 'node:fs';
import { scenarioJsonSchema } from './schema.ts';

/** `node workloads/write-json-schema.ts` after any change of schema.ts; a test compares the two. */
writeFileSync(
  new URL('scenario.schema.json', import.meta.url),
  `${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`,
);
