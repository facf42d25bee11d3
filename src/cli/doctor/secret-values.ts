/** Names of variables whose value is nobody's to see. */
const SECRET_NAME = /PASS(?:WORD|WD|PHRASE)?(?:_|$)|TOKEN|SECRET|CREDENTIAL|API_?KEY|PRIVATE|AUTH/i;
/** A shorter one would hide letters of words. */
const SHORTEST = 4;

/** A text without the values of variables that are called like secrets, and without users and passwords in addresses. */
export function withoutSecretValues(text: string, variables: Readonly<Record<string, string>>): string {
  const values = Object.entries(variables)
    .filter(([name, value]) => SECRET_NAME.test(name) && value.trim().length >= SHORTEST)
    .flatMap(([, value]) => [value, ...value.split('\n')].filter((each) => each.trim().length >= SHORTEST));
  // The longest first: one may be a part of another.
  values.sort((a, b) => b.length - a.length);
  const without = values.reduce((shown, value) => shown.replaceAll(value, '(hidden)'), text);
  return without
    .replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1(hidden)@')
    .replaceAll(/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, '$1 (hidden)');
}
