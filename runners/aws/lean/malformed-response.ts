class MalformedResponse extends Error {
  override readonly name = 'MalformedResponse';
}

/** A response that cannot be read. `faultOf` classifies it as transient: the call is made again, so that no record is missed. */
export const malformedResponse = (what: string, cause?: unknown): Error => new MalformedResponse(what, { cause });
