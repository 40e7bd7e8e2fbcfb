/** Length of the data of base64 text, if it has no other characters. */
export function base64Bytes(text: string): number {
  let length = text.length;
  while (length > 0 && text.charCodeAt(length - 1) === 0x3d && text.length - length < 2) length -= 1;
  return Math.floor((length * 3) / 4);
}

/** @returns the bytes, or undefined for text with other characters, which Node would skip. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === base64Bytes(text) ? bytes : undefined;
}
