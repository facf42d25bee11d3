import { reasonHints, USAGE_KEYS } from '../apple/required-reasons.ts';
import type { Found } from './findings.ts';
import type { IosCase } from './ios-case.ts';
import { bundleOf } from './ios-files.ts';

/** What people and Apple are told of the use of data. */
export function privacyFindings(it: IosCase): Found[] {
  return [...manifestFindings(it), ...reasonFindings(it), ...usageFindings(it)];
}

function manifestFindings({ ios, files }: IosCase): Found[] {
  if (!ios.privacy.some(({ path }) => path === `${files.app}/PrivacyInfo.xcprivacy`))
    return [
      {
        code: 'app/privacy-manifest',
        severity: 'warning',
        place: files.app,
        message: 'it has no PrivacyInfo.xcprivacy of its own',
        hint: 'add one that says what is collected, and why which APIs are used',
      },
    ];
  return ios.privacy.flatMap(({ path, isTracking, trackingDomains, accessed }): Found[] => {
    const at = (message: string, hint: string): Found => ({
      code: 'app/privacy-manifest',
      severity: 'warning',
      place: path,
      message,
      hint,
    });
    return [
      ...accessed
        .filter(({ reasons }) => reasons.length === 0)
        .map(({ category }) =>
          at(
            `it gives no reason for ${category === '' ? 'an API without a name' : category}`,
            'add NSPrivacyAccessedAPITypeReasons',
          ),
        ),
      ...(isTracking && trackingDomains.length === 0
        ? [at('NSPrivacyTracking is true, and no domain is named', 'name them in NSPrivacyTrackingDomains')]
        : []),
    ];
  });
}

function reasonFindings({ files, ios }: IosCase): Found[] {
  return [...files.binaries].flatMap(([path, slices]) => {
    const own = ios.privacy.filter((each) => bundleOf(each.path) === bundleOf(path));
    // A library may leave it to the app that it is linked into.
    const manifests = own.length > 0 ? own : ios.privacy.filter((each) => bundleOf(each.path) === files.app);
    const declared = new Set(manifests.flatMap(({ accessed }) => accessed.map(({ category }) => category)));
    const hints = reasonHints((name) => slices.some(({ hasSymbol }) => hasSymbol(name)));
    return hints
      .filter(({ category }) => !declared.has(category))
      .map(
        ({ category, symbol }): Found => ({
          code: 'app/undeclared-reason',
          severity: 'warning',
          place: path,
          message: `it has the symbol ${symbol}, and no privacy manifest gives a reason of ${category}`,
          hint: 'add the category with its reasons to PrivacyInfo.xcprivacy',
        }),
      );
  });
}

function usageFindings({ files, ios }: IosCase): Found[] {
  const place = `${files.app}/Info.plist`;
  const empty = Object.entries(ios.usageDescriptions)
    .filter(([, text]) => text.trim() === '')
    .map(
      ([key]): Found => ({
        code: 'app/usage-description',
        severity: 'error',
        place,
        message: `${key} says nothing; the app ends when it asks`,
        hint: 'say in a sentence what for',
      }),
    );
  const linked = new Set(
    [...files.binaries.values()].flatMap((slices) =>
      slices.flatMap(({ libraries }) => libraries.map((each) => each.slice(each.lastIndexOf('/') + 1))),
    ),
  );
  const lacking = Object.entries(USAGE_KEYS).filter(
    ([framework, keys]) => linked.has(framework) && !keys.some((key) => key in ios.usageDescriptions),
  );
  return [
    ...empty,
    ...lacking.map(
      ([framework, keys]): Found => ({
        code: 'app/usage-description',
        severity: 'warning',
        place,
        message: `a binary is linked with ${framework}, and none of ${keys.join(', ')} is there; the app ends when it asks`,
        hint: 'add the one for what the app does',
      }),
    ),
  ];
}
