import type { LiteralFile } from '../../action/index.ts';
import { stringResource } from '../android-xml.ts';

export interface ResourceOptions {
  readonly label: string;
  /** The app has a launcher icon of its own, `@mipmap/ic_launcher`. */
  readonly hasIcon: boolean;
}

/**
 * Resources that every hybrid app has, below `res/`. An app's own `res/` is laid over them, so that it can set
 * any of these colours, texts, the theme or the name by defining it again.
 */
export function hybridResources({ label, hasIcon }: ResourceOptions): readonly LiteralFile[] {
  return [
    file('values/app.xml', [
      `<string name="app_name" formatted="false">${stringResource(label)}</string>`,
      '<string name="app_download_failed">The file could not be saved</string>',
      ...colors({ background: '#ffffff', bar: '#263238', accent: '#0f766e', splash: '#ffffff' }),
      ...theme('@android:style/Theme.Material.Light.NoActionBar'),
    ]),
    file('values-night/app.xml', [
      ...colors({ background: '#121212', bar: '#121212', accent: '#2dd4bf', splash: '#121212' }),
      ...theme('@android:style/Theme.Material.NoActionBar'),
    ]),
    literal('drawable/app_splash.xml', splash([])),
    ...(hasIcon
      ? [
          // Before Android 6 an item is stretched over the whole screen, so only the colour is shown there.
          literal(
            'drawable-v23/app_splash.xml',
            splash([
              '  <item android:drawable="@mipmap/ic_launcher" android:gravity="center" android:width="96dp" android:height="96dp"/>',
            ]),
          ),
        ]
      : []),
  ];
}

function colors(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `<color name="app_${name}">${value}</color>`);
}

/** Attributes newer than the lowest level are put into folders of their levels by aapt2. */
function theme(parent: string): string[] {
  return [
    `<style name="AppTheme" parent="${parent}">`,
    '  <item name="android:colorPrimary">@color/app_bar</item>',
    '  <item name="android:colorPrimaryDark">@color/app_bar</item>',
    '  <item name="android:colorAccent">@color/app_accent</item>',
    '  <item name="android:statusBarColor">@color/app_bar</item>',
    '  <item name="android:navigationBarColor">@color/app_bar</item>',
    '  <item name="android:windowBackground">@drawable/app_splash</item>',
    '  <item name="android:windowSplashScreenBackground">@color/app_splash</item>',
    '  <item name="android:forceDarkAllowed">false</item>',
    '</style>',
  ];
}

function splash(items: readonly string[]): string {
  return lines([
    '<layer-list xmlns:android="http://schemas.android.com/apk/res/android">',
    '  <item android:drawable="@color/app_splash"/>',
    ...items,
    '</layer-list>',
  ]);
}

function file(path: string, values: readonly string[]): LiteralFile {
  return literal(path, lines(['<resources>', ...values.map((line) => `  ${line}`), '</resources>']));
}

function literal(path: string, content: string): LiteralFile {
  return { path: `res/${path}`, content, isExecutable: false };
}

function lines(body: readonly string[]): string {
  return ['<?xml version="1.0" encoding="utf-8"?>', ...body, ''].join('\n');
}
