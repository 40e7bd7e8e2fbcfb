import { z } from 'zod';
import { TEXT_LENGTH_MAX } from './result-limits.ts';

/** Values of which the parts of a result are made. */

export const text = z.string().max(TEXT_LENGTH_MAX);
export const number = z.number();
export const positive = z.number().nonnegative();
export const count = z.int().nonnegative();
export const numberOrNull = number.nullable();
