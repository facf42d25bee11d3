import type { DeepLink } from '../deep-links.ts';

/** Java that knows which addresses outside the app mean a page of the site. */
export function siteLinksSource(links: readonly DeepLink[]): string {
  const rows = links.map(
    ({ scheme, host, path }) => `        {${[scheme, host, path].map(literal).join(', ')}},\n`,
  );
  return `import android.content.Intent;
import android.net.Uri;

/** Deep links: addresses below a place outside the app are pages of the site below its own top. */
final class SiteLinks {
    /** Scheme, host and path of each place. */
    private static final String[][] PLACES = {
${rows.join('')}    };

    private SiteLinks() {
    }

    /** Where the app starts: at the page that an intent asks for, else at the top. */
    static String startOf(Intent intent) {
        String address = intent != null && Intent.ACTION_VIEW.equals(intent.getAction()) ? inside(intent.getData()) : null;
        return address == null ? SiteAssets.ORIGIN + "/" : address;
    }

    /** The page of the site that an address means; null for any other one. */
    static String inside(Uri address) {
        if (address == null || address.isOpaque() || address.getPort() != -1) {
            return null;
        }
        String path = address.getEncodedPath();
        String whole = path == null || path.isEmpty() ? "/" : path;
        for (String[] place : PLACES) {
            if (place[0].equalsIgnoreCase(address.getScheme()) && place[1].equalsIgnoreCase(address.getHost())
                    && whole.startsWith(place[2])) {
                String query = address.getEncodedQuery();
                String fragment = address.getEncodedFragment();
                return SiteAssets.ORIGIN + "/" + whole.substring(place[2].length())
                        + (query == null ? "" : "?" + query) + (fragment == null ? "" : "#" + fragment);
            }
        }
        return null;
    }
}
`;
}

const literal = (text: string): string => JSON.stringify(text);
