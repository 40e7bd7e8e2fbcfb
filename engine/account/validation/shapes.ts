/**
 * Constraints of the service's model, one shape for each kind of member. Kinds have the names that AWS writes into its
 * messages. A member that is not required may be absent or null.
 */
export type Shape =
  | TextShape
  | IntegerShape
  | DoubleShape
  | BooleanShape
  | TimestampShape
  | BlobShape
  | ListShape
  | MapShape
  | Structure;

interface Presence {
  readonly required?: boolean;
}

export interface TextShape extends Presence {
  readonly kind: 'String';
  /** In characters. */
  readonly min?: number;
  readonly max?: number;
  /** In AWS's notation; the whole text must match. */
  readonly pattern?: string;
  readonly matcher?: RegExp;
  readonly values?: readonly string[];
}

export interface IntegerShape extends Presence {
  readonly kind: 'Integer';
  readonly min?: number;
  readonly max?: number;
}

export interface DoubleShape extends Presence {
  readonly kind: 'Double';
  readonly min?: number;
  readonly max?: number;
}

interface BooleanShape extends Presence {
  readonly kind: 'Boolean';
}

interface TimestampShape extends Presence {
  readonly kind: 'Timestamp';
}

interface BlobShape extends Presence {
  readonly kind: 'Blob';
  /** In bytes. */
  readonly max: number;
}

export interface ListShape extends Presence {
  readonly kind: 'List';
  readonly min?: number;
  readonly max?: number;
  /** The records of PutRecords are many, and are checked in a way of their own. */
  readonly member: Shape | 'records';
  /** A quick test that ordinary members of a long list pass. Only those that fail it go through the full check. */
  readonly isSound?: (item: unknown) => boolean;
}

export interface MapShape extends Presence {
  readonly kind: 'Map';
  readonly min?: number;
  readonly max?: number;
  readonly key: TextShape;
  readonly value: TextShape;
}

export interface Structure extends Presence {
  readonly kind: 'Structure';
  readonly members: readonly Member[];
}

/** A member of a structure, with its name as it is in messages, too. */
interface Member {
  readonly name: string;
  readonly path: string;
  readonly shape: Shape;
}

/** The shape that a member of an SDK type must have. */
type ShapeOf<T> = [T] extends [string]
  ? TextShape
  : [T] extends [number]
    ? IntegerShape | DoubleShape
    : [T] extends [boolean]
      ? BooleanShape
      : [T] extends [Date]
        ? TimestampShape
        : [T] extends [Uint8Array]
          ? BlobShape
          : [T] extends [readonly unknown[]]
            ? ListShape
            : string extends keyof T
              ? MapShape
              : Structure;

/** Shapes for every member of an SDK type; those that the SDK demands are required, the others are not. */
export type MembersOf<T> = {
  readonly [Name in keyof T]-?: ShapeOf<NonNullable<T[Name]>> &
    (Record<never, never> extends Pick<T, Name> ? { readonly required?: false } : { readonly required: true });
};

export const text = (min: number, max: number, pattern?: string): TextShape & { readonly required?: false } => ({
  kind: 'String',
  min,
  max,
  ...(pattern === undefined ? {} : { pattern, matcher: wholeText(pattern) }),
});

/** A text whose length only its pattern bounds. */
export const patterned = (pattern: string): TextShape & { readonly required?: false } => ({
  kind: 'String',
  pattern,
  matcher: wholeText(pattern),
});

export const oneOf = <Values extends readonly string[]>(
  ...values: Values
): TextShape & { readonly required?: false } => ({
  kind: 'String',
  values,
});

export const integer = (min?: number, max?: number): IntegerShape & { readonly required?: false } => ({
  kind: 'Integer',
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});

export const double = (min: number, max: number): DoubleShape & { readonly required?: false } => ({
  kind: 'Double',
  min,
  max,
});

export const flag = { kind: 'Boolean' } as const;

export const list = (
  min: number | undefined,
  max: number | undefined,
  member: Shape | 'records',
): ListShape & { readonly required?: false } => ({
  kind: 'List',
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
  member,
});

export const structure = <T extends object>(members: MembersOf<T>): Structure & { readonly required?: false } => ({
  kind: 'Structure',
  members: Object.entries<Shape>(members).map(([name, shape]) => ({
    name,
    path: name.charAt(0).toLowerCase() + name.slice(1),
    shape,
  })),
});

export const required = <S extends Shape>(shape: S): Omit<S, 'required'> & { readonly required: true } => ({
  ...shape,
  required: true,
});

/** Classes of Unicode such as `\\p{L}` need the flag. Other patterns have escapes that it forbids. */
const wholeText = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'u' : '');
