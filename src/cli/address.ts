/** Without a zero in front, which some read as octal. */
const PART = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const FOUR = new RegExp(`^${PART}(?:\\.${PART}){3}$`);

/** Whether a text is an IP address, or a network as `10.0.0.0/8` says it; that of all addresses is none. */
export function isAddressOrNetwork(text: string): boolean {
  const [address = '', length, ...more] = text.split('/');
  const isFour = FOUR.test(address);
  if (more.length > 0 || !(isFour || isSix(address))) return false;
  return length === undefined || (/^[1-9]\d{0,2}$/.test(length) && Number(length) <= (isFour ? 32 : 128));
}

function isSix(text: string): boolean {
  return /^[0-9a-f:]{2,39}$/i.test(text) && URL.canParse(`http://[${text}]/`);
}
