import type { LiteralFile } from '../../../action/index.ts';
import type { BridgeMethod } from '../../../config/index.ts';
import type { DeepLink } from '../deep-links.ts';
import { BACK_NAVIGATION } from './back-navigation.ts';
import { nativeBridgePortSource, nativeBridgeSource } from './native-bridge.ts';
import { SITE_ASSETS } from './site-assets.ts';
import { SITE_DOWNLOADS } from './site-downloads.ts';
import { siteLinksSource } from './site-links.ts';
import { SITE_PERMISSIONS } from './site-permissions.ts';
import { webViewActivitySource } from './web-view-activity.ts';

export interface HybridSourceOptions {
  readonly applicationId: string;
  readonly deepLinks: readonly DeepLink[];
  /** What the site may ask of the app; none where it is empty. */
  readonly bridge: readonly BridgeMethod[];
}

/** The Java sources that every hybrid app has, in the package of the application. */
export function hybridSources({
  applicationId,
  deepLinks,
  bridge,
}: HybridSourceOptions): readonly LiteralFile[] {
  const sources: Readonly<Record<string, string>> = {
    BackNavigation: BACK_NAVIGATION,
    ...(bridge.length > 0
      ? { NativeBridge: nativeBridgeSource(bridge), NativeBridgePort: nativeBridgePortSource(bridge) }
      : {}),
    SiteAssets: SITE_ASSETS,
    SiteDownloads: SITE_DOWNLOADS,
    SiteLinks: siteLinksSource(deepLinks),
    SitePermissions: SITE_PERMISSIONS,
    WebViewActivity: webViewActivitySource(bridge.length > 0),
  };
  const folder = `java/${applicationId.replaceAll('.', '/')}`;
  return Object.entries(sources).map(([name, text]) => ({
    path: `${folder}/${name}.java`,
    content: `package ${applicationId};\n\n${text}`,
    isExecutable: false,
  }));
}
