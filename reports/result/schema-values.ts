import { z } from 'zod';
import { MAX_TEXT } from './result-limits.ts';

/** Values of which the parts of a result are made. */

export const text = z.string().max(MAX_TEXT);
export const number = z.number();
export const positive = z.number().nonnegative();
export const count = z.int().nonnegative();
export const numberOrNull = number.nullable();
