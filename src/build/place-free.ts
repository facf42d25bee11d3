/** What is declared as text, without where: a moved line changes nothing. A user's own key may be called `span` too. */
export function textWithoutPlaces(declared: unknown): string {
  return JSON.stringify(declared, (key, value) => (key === 'span' && isSpan(value) ? undefined : value));
}

function isSpan(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'file' in value && 'start' in value && 'end' in value;
}
