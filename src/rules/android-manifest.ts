import { escapeXml, manifestText } from './android-xml.ts';

export interface ManifestOptions {
  readonly applicationId: string;
  readonly versionCode: number;
  readonly versionName: string;
  readonly minSdk: number;
  readonly targetSdk: number;
  readonly isDebuggable: boolean;
  /** References: `@mipmap/ic_launcher`, `@style/AppTheme`. */
  readonly icon: string;
  readonly theme: string;
  /** The launcher's class, relative to the application id: `.MainActivity`. */
  readonly activity: string;
  /** Further intent filters of the launcher's activity, as XML. */
  readonly filters: string;
  /** XML that the app adds, as it is. */
  readonly extras: ManifestExtras;
}

export interface ManifestExtras {
  /** Inside `<manifest>`: permissions, features, queries. */
  readonly top: string;
  /** Inside `<application>`: receivers, services, further activities. */
  readonly application: string;
}

export const NO_EXTRAS: ManifestExtras = { top: '', application: '' };

/** Changes of configuration that a page handles by itself; the others make the activity anew, with its state. */
const CONFIG_CHANGES =
  'orientation|screenSize|smallestScreenSize|screenLayout|keyboard|keyboardHidden|navigation';

/** `AndroidManifest.xml` of an app with one launcher activity, without cleartext traffic and without backup. */
export function androidManifest(options: ManifestOptions): string {
  const { applicationId, versionCode, versionName, minSdk, targetSdk, extras } = options;
  return `<?xml version="1.0" encoding="utf-8"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android"
    package="${escapeXml(applicationId)}"
    android:versionCode="${versionCode}"
    android:versionName="${manifestText(versionName)}">
  <uses-sdk android:minSdkVersion="${minSdk}" android:targetSdkVersion="${targetSdk}"/>
  <uses-permission android:name="android.permission.INTERNET"/>
${extras.top}  <application
      android:label="@string/app_name"
      android:icon="${escapeXml(options.icon)}"
      android:theme="${escapeXml(options.theme)}"
      android:allowBackup="false"
      android:supportsRtl="true"
      android:enableOnBackInvokedCallback="true"
      android:usesCleartextTraffic="false"${options.isDebuggable ? '\n      android:debuggable="true"' : ''}>
    <meta-data android:name="android.webkit.WebView.MetricsOptOut" android:value="true"/>
    <activity
        android:name="${escapeXml(options.activity)}"
        android:exported="true"
        android:launchMode="singleTask"
        android:windowSoftInputMode="adjustResize"
        android:configChanges="${CONFIG_CHANGES}">
      <intent-filter>
        <action android:name="android.intent.action.MAIN"/>
        <category android:name="android.intent.category.LAUNCHER"/>
      </intent-filter>
${options.filters}    </activity>
${extras.application}  </application>
</manifest>
`;
}
