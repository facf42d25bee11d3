import { booleanOf, childrenOf, textOf, type XmlElement } from './xml.ts';

/** What `android:networkSecurityConfig` allows. Overrides for builds that can be debugged are left out. */
export interface NetworkSecurity {
  /** HTTP to every place; absent where the file does not say. */
  readonly allowsCleartext?: boolean;
  /** Places to which HTTP is allowed, though it is not to all. */
  readonly cleartextDomains: readonly string[];
  /** Whether certificates that the owner of the device installed are trusted. */
  readonly trustsUserCertificates: boolean;
}

export function readNetworkSecurity(root: XmlElement): NetworkSecurity {
  const [base] = childrenOf(root, 'base-config');
  const domains = configsBelow(root);
  const allowsCleartext = booleanOf(base, 'cleartextTrafficPermitted');
  return {
    ...(allowsCleartext === undefined ? {} : { allowsCleartext }),
    cleartextDomains: domains
      .filter((config) => booleanOf(config, 'cleartextTrafficPermitted') === true)
      .flatMap((config) => childrenOf(config, 'domain').map(({ text }) => text.trim())),
    trustsUserCertificates: [...(base ? [base] : []), ...domains].some(trustsUser),
  };
}

/** Configurations of places may stand in one another. */
function configsBelow(element: XmlElement): XmlElement[] {
  return childrenOf(element, 'domain-config').flatMap((config) => [config, ...configsBelow(config)]);
}

function trustsUser(config: XmlElement): boolean {
  return childrenOf(config, 'trust-anchors')
    .flatMap((anchors) => childrenOf(anchors, 'certificates'))
    .some((certificates) => textOf(certificates, 'src') === 'user');
}
