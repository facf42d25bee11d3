/** Text as it stands in an XML attribute or element. Characters that XML 1.0 cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"\t\n\r]/g, (character) => ENTITIES[character]!)
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** A literal value of a manifest attribute: aapt2 would take a leading `@` or `?` for a reference. */
export function manifestText(text: string): string {
  return escapeXml(text.replace(/\\/g, '\\\\').replace(/^[@?]/, '\\$&'));
}

/** The content of a `<string>` element that stands for exactly this text. */
export function stringResource(text: string): string {
  const escaped = text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t');
  return escapeXml(`"${escaped}"`);
}
