import type { Diagnostic } from '../../base/index.ts';
import type { AppReport } from './model.ts';

/** The property list by which devices with iOS fetch and install an app from a page (`itms-services://`). */
export function otaManifest(
  { app }: { readonly app: Pick<AppReport['app'], 'id' | 'version' | 'label'> },
  url: string,
): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>items</key>
  <array>
    <dict>
      <key>assets</key>
      <array>
        <dict>
          <key>kind</key>
          <string>software-package</string>
          <key>url</key>
          <string>${escaped(url)}</string>
        </dict>
      </array>
      <key>metadata</key>
      <dict>
        <key>bundle-identifier</key>
        <string>${escaped(app.id)}</string>
        <key>bundle-version</key>
        <string>${escaped(app.version)}</string>
        <key>kind</key>
        <string>software</string>
        <key>title</key>
        <string>${escaped(app.label ?? app.id)}</string>
      </dict>
    </dict>
  </array>
</dict>
</plist>
`;
}

/** Characters that XML cannot hold are left out. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** Whether a device would take the app that way. */
export function otaFindings({ file, ios }: AppReport): Diagnostic[] {
  const { profile } = ios ?? {};
  if (profile && profile.kind !== 'app-store') return [];
  return [
    {
      code: 'app/not-for-devices',
      severity: 'error',
      path: file.name,
      message: profile
        ? `the profile ${profile.name} is for the store: no device installs the app from a page`
        : 'it has no profile: no device installs the app from a page',
      hint: 'export it for ad hoc, enterprise or development distribution',
    },
  ];
}
