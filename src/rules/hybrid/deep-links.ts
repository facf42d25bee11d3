import { escapeXml } from '../android-xml.ts';

/** An address outside the app, below which every one is a page of the site. */
export interface DeepLink {
  readonly scheme: string;
  readonly host: string;
  /** Begins and ends with `/`. */
  readonly path: string;
}

/** `https://example.org/app/`, `myapp://open/`; the configuration has checked the form. */
export function deepLink(text: string): DeepLink {
  const [, scheme = '', host = '', path = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/]+)(\/.*)?$/.exec(text) ?? [];
  return { scheme, host, path: path.endsWith('/') ? path : `${path}/` };
}

/**
 * Intent filters of the launcher's activity: one for each place, since Android mixes the parts of one filter. Those of
 * https are verified by the site's `assetlinks.json`.
 */
export function intentFilters(links: readonly DeepLink[]): string {
  return links
    .map(({ scheme, host, path }) => {
      const verified = scheme === 'https' ? ' android:autoVerify="true"' : '';
      return `      <intent-filter${verified}>
        <action android:name="android.intent.action.VIEW"/>
        <category android:name="android.intent.category.DEFAULT"/>
        <category android:name="android.intent.category.BROWSABLE"/>
        <data android:scheme="${escapeXml(scheme)}" android:host="${escapeXml(host)}"${path === '/' ? '' : ` android:pathPrefix="${escapeXml(path)}"`}/>
      </intent-filter>
`;
    })
    .join('');
}
