/** The bytes are not copied first. */
export function base64Of(data: Uint8Array): string {
  const bytes = data instanceof Buffer ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return bytes.toString('base64');
}
