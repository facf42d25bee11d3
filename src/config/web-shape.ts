import { z } from 'zod';
import { formatted, text } from './texts.ts';

/** The shape of `web:` in a MobileBuild. */

const associatedApp = z.union([
  z.strictObject({
    app: text().describe(
      'An Android or hybrid app of the workspace, `app:hybrid`, with the certificate of the key that it is signed with.',
    ),
  }),
  z.strictObject({
    android: formatted('applicationId').describe('The application id of an Android app from elsewhere.'),
    certificates: z
      .array(formatted('fingerprint'))
      .min(1)
      .describe('SHA-256 fingerprints of the certificates that it is signed with.'),
  }),
  z.strictObject({ ios: formatted('iosAppId').describe('Team and bundle of an iOS app.') }),
]);

const bridgeType = () => z.enum(['text', 'number', 'boolean']);

const webBridge = z.strictObject({
  module: formatted('path')
    .default('src/native-bridge.ts')
    .describe("Where the site's build finds the TypeScript module that calls the app."),
  methods: z
    .record(
      formatted('method'),
      z.strictObject({
        parameters: z
          .record(formatted('method'), bridgeType().describe('The type of the parameter.'))
          .default({})
          .describe('What is passed, in this order.'),
        returns: bridgeType().optional().describe('What is answered; nothing unless told.'),
      }),
    )
    .describe('The calls, by name.'),
});

const webIcon = z.strictObject({
  source: formatted('path').describe(
    "An SVG, or a square PNG of 512 pixels or more, relative to the app's folder.",
  ),
  background: formatted('colour')
    .default('#ffffff')
    .describe('What lies behind the drawing where a launcher cuts the icon to a shape, and on iOS.'),
  inset: z
    .number()
    .min(0)
    .max(40)
    .default(10)
    .describe('How much of each side stays free there, in percent: what a launcher may cut off.'),
});

export const webShape = z.strictObject({
  script: text().default('build').describe('The npm script that builds.'),
  output: formatted('path').default('dist').describe('Where it puts the site.'),
  address: formatted('webAddress')
    .optional()
    .describe(
      'Where the site is served once it is released, and installed from: `publish` shows it, with a QR code, on the install page of `mobileops serve`.',
    ),
  offlinePage: formatted('path')
    .optional()
    .describe(
      'The page of the site that answers offline for pages that are not kept: `offline.html`, or else the start page, unless told.',
    ),
  apps: z
    .array(associatedApp)
    .optional()
    .describe(
      'Native apps that may show the site as theirs: they stand in `.well-known/assetlinks.json` and `apple-app-site-association`.',
    ),
  bridge: webBridge
    .optional()
    .describe('What the site may ask of the hybrid app that shows it; the app must answer all of it.'),
  contentSecurityPolicy: z
    .record(formatted('directive'), z.array(text()))
    .optional()
    .describe(
      'Gives every page a content security policy, as `meta` and in `_headers`: the site itself, inline scripts and styles by their hashes, and these sources, by directive. None unless told; `{}` allows nothing more.',
    ),
  icon: webIcon.optional().describe('The drawing that every icon of the app is made from.'),
});
