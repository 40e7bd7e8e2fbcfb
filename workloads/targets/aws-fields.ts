import { z } from 'zod';

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
