/**
 * What Apple wants a reason for in a privacy manifest (TN3183), by names that a binary has when it uses it. A hint, not a
 * proof: libraries of C and Swift have some of the names for uses of their own.
 */
const SYMBOLS: Readonly<Record<string, readonly string[]>> = {
  NSPrivacyAccessedAPICategoryUserDefaults: ['_OBJC_CLASS_$_NSUserDefaults'],
  NSPrivacyAccessedAPICategoryFileTimestamp: [
    ...[
      '_stat',
      '_fstat',
      '_lstat',
      '_fstatat',
      '_getattrlist',
      '_getattrlistbulk',
      '_fgetattrlist',
      '_getattrlistat',
    ],
    ...[
      '_NSFileCreationDate',
      '_NSFileModificationDate',
      '_NSURLContentModificationDateKey',
      '_NSURLCreationDateKey',
    ],
  ],
  NSPrivacyAccessedAPICategorySystemBootTime: ['_mach_absolute_time'],
  NSPrivacyAccessedAPICategoryDiskSpace: [
    ...['_statfs', '_statvfs', '_fstatfs', '_fstatvfs', '_NSFileSystemFreeSize', '_NSFileSystemSize'],
    ...['_NSURLVolumeAvailableCapacityKey', '_NSURLVolumeAvailableCapacityForImportantUsageKey'],
    ...['_NSURLVolumeAvailableCapacityForOpportunisticUsageKey', '_NSURLVolumeTotalCapacityKey'],
  ],
};

export interface ReasonHint {
  readonly category: string;
  readonly symbol: string;
}

/** One symbol of each category that a binary has some of. */
export function reasonHints(hasSymbol: (name: string) => boolean): ReasonHint[] {
  return Object.entries(SYMBOLS).flatMap(([category, symbols]) => {
    const symbol = symbols.find(hasSymbol);
    return symbol === undefined ? [] : [{ category, symbol }];
  });
}

/** Frameworks that an app can only use with a text that tells people why; for some, one of several. */
export const USAGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  AppTrackingTransparency: ['NSUserTrackingUsageDescription'],
  Contacts: ['NSContactsUsageDescription'],
  CoreBluetooth: ['NSBluetoothAlwaysUsageDescription'],
  CoreLocation: ['NSLocationWhenInUseUsageDescription', 'NSLocationAlwaysAndWhenInUseUsageDescription'],
  CoreMotion: ['NSMotionUsageDescription'],
  EventKit: [
    'NSCalendarsUsageDescription',
    'NSCalendarsFullAccessUsageDescription',
    'NSRemindersUsageDescription',
  ],
  HealthKit: ['NSHealthShareUsageDescription', 'NSHealthUpdateUsageDescription'],
  Photos: ['NSPhotoLibraryUsageDescription', 'NSPhotoLibraryAddUsageDescription'],
  Speech: ['NSSpeechRecognitionUsageDescription'],
};
