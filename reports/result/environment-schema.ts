import { z } from 'zod';
import { count, positive, text } from './schema-values.ts';

/** The machine and the versions that a saved document was made with. */
export const environmentSchema = z.object({
  cpuModel: text,
  cores: count,
  memoryBytes: positive,
  kernel: text,
  nodeVersion: text,
  packages: z.record(text, text),
  gitCommit: text.exactOptional(),
});
