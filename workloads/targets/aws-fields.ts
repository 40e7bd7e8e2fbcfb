import { z } from 'zod';
import { durationField } from '../schema-fields.ts';

/** Address of a service's API. */
export const endpointField = z
  .string()
  .meta({
    description:
      'Address of the API, such as http://localhost:4567. Without it, AWS, or the endpoint that the AWS environment sets.',
    examples: ['http://localhost:4567'],
  })
  .superRefine((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const fault = (what: string, fix: string) =>
      context.addIssue({ code: 'custom', message: what, params: { code: 'WRONG_TYPE', fix } });
    if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
      fault(
        `'${text}' is not a web address.`,
        'Write http:// or https://, the host, and a port if it is not 80 or 443.',
      );
    } else if (url.username !== '' || url.password !== '') {
      // A result file contains the whole scenario.
      fault('an address with a user or password would be saved with every result.', 'Remove them.');
    }
  });

export const regionField = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/, { error: 'cannot be a region' })
  .meta({ description: 'Region, such as us-east-1. Without it, the region that the AWS environment or profile sets.' });

export const timeoutField = durationField('Time after which a call counts as failed and is retried.').prefault('10s');

/** A text that must match a pattern, such as a name. @param problem a sentence. @param fix a sentence. */
export const patternField = (pattern: RegExp, description: string, problem: (text: string) => string, fix: string) =>
  z
    .string()
    .meta({ description })
    .superRefine((text, context) => {
      if (pattern.test(text)) return;
      context.addIssue({ code: 'custom', message: problem(text), params: { code: 'BAD_NAME', fix } });
    });
