const EXCERPT_CHARACTERS_MAX = 1000;

/**
 * The beginning of a response as text for an error message. A server may return what it was sent, so the secrets of the
 * destination are replaced first: before the text is cut, because a part of a secret is a secret too.
 */
export function excerptOf(body: Uint8Array, secrets: readonly string[]): string {
  const text = withoutSecrets(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'), secrets);
  const printable = text.replace(/\p{Cc}+/gu, ' ').trim();
  return printable.length <= EXCERPT_CHARACTERS_MAX ? printable : `${printable.slice(0, EXCERPT_CHARACTERS_MAX)}...`;
}

/** The text with `***` for each secret, also as it is written inside a JSON string. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  let result = text;
  for (const secret of secrets) {
    if (secret === '') continue;
    result = result.replaceAll(secret, '***').replaceAll(JSON.stringify(secret).slice(1, -1), '***');
  }
  return result;
}

/** The secrets in an address: its password as it is written, as it is meant, and as it is in an Authorization header. */
export function secretsOfUrl({ username, password }: URL): readonly string[] {
  if (username === '' && password === '') return [];
  const plain = decodeURIComponent(password);
  return [Buffer.from(`${decodeURIComponent(username)}:${plain}`).toString('base64'), password, plain];
}
