import { z } from 'zod';

export const moduleTarget = z.looseObject({
  kind: z
    .literal('module')
    .meta({ description: 'A target of your own: a module that exports it. The run executes its code.' }),
  path: z
    .string()
    .min(1)
    .meta({
      description:
        "Path of the module, from the scenario file's folder. Every other key of the target is an option of the module.",
      examples: ['./file-target.ts'],
    }),
});
