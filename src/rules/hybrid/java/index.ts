import type { LiteralFile } from '../../../action/index.ts';
import type { DeepLink } from '../deep-links.ts';
import { BACK_NAVIGATION } from './back-navigation.ts';
import { SITE_ASSETS } from './site-assets.ts';
import { SITE_DOWNLOADS } from './site-downloads.ts';
import { siteLinksSource } from './site-links.ts';
import { SITE_PERMISSIONS } from './site-permissions.ts';
import { WEB_VIEW_ACTIVITY } from './web-view-activity.ts';

export interface HybridSourceOptions {
  readonly applicationId: string;
  readonly deepLinks: readonly DeepLink[];
}

/** The Java sources that every hybrid app has, in the package of the application. */
export function hybridSources({ applicationId, deepLinks }: HybridSourceOptions): readonly LiteralFile[] {
  const sources: Readonly<Record<string, string>> = {
    BackNavigation: BACK_NAVIGATION,
    SiteAssets: SITE_ASSETS,
    SiteDownloads: SITE_DOWNLOADS,
    SiteLinks: siteLinksSource(deepLinks),
    SitePermissions: SITE_PERMISSIONS,
    WebViewActivity: WEB_VIEW_ACTIVITY,
  };
  const folder = `java/${applicationId.replaceAll('.', '/')}`;
  return Object.entries(sources).map(([name, text]) => ({
    path: `${folder}/${name}.java`,
    content: `package ${applicationId};\n\n${text}`,
    isExecutable: false,
  }));
}
