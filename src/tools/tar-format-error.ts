/** The bytes are not a tar archive that our reader knows. */
export class TarFormatError extends Error {
  override readonly name = 'TarFormatError';
}
