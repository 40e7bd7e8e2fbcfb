import type { Codec } from './codec.ts';
import { JSON_CODEC } from './json-codec.ts';
export const CBOR_CODEC: Codec = JSON_CODEC;
