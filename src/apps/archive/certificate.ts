import { X509Certificate } from 'node:crypto';
import { wrong } from '../fault.ts';

export interface CertificateFacts {
  /** In one line: `CN=Android Debug, O=Android`. */
  readonly subject: string;
  readonly issuer: string;
  /** In hexadecimal, without colons. */
  readonly sha256: string;
  readonly sha1: string;
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** `RSA 2048`, `EC prime256v1`. */
  readonly key: string;
}

export function certificateFacts(der: Buffer): CertificateFacts {
  const certificate = readCertificate(der);
  const { asymmetricKeyType = 'unknown', asymmetricKeyDetails } = certificate.publicKey;
  const detail = asymmetricKeyDetails?.modulusLength ?? asymmetricKeyDetails?.namedCurve;
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    sha256: hex(certificate.fingerprint256),
    sha1: hex(certificate.fingerprint),
    notBefore: timeText(certificate.validFrom),
    notAfter: timeText(certificate.validTo),
    key: [asymmetricKeyType.toUpperCase(), ...(detail === undefined ? [] : [detail])].join(' '),
  };
}

/** Signed data has its certificates in any order: the one that vouches for none of the others is the signer's. */
export function signerFirst(certificates: readonly CertificateFacts[]): CertificateFacts[] {
  const isIssuer = (each: CertificateFacts): boolean =>
    certificates.some((other) => other !== each && other.issuer === each.subject);
  return [...certificates].sort((a, b) => Number(isIssuer(a)) - Number(isIssuer(b)));
}

/** With a key that can be used; what has none is refused. */
export function readCertificate(der: Buffer): X509Certificate {
  try {
    const certificate = new X509Certificate(der);
    void certificate.publicKey;
    return certificate;
  } catch {
    return wrong('it holds a certificate that cannot be read');
  }
}

/** `validFromDate` of Node is another time at each run where the one in the certificate is none. */
function timeText(time: string): string {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? wrong('it holds a certificate whose time is none') : new Date(ms).toISOString();
}

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

function hex(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}
