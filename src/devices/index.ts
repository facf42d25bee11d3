/**
 * Tests on Android devices, by the `adb` of the machine: which devices are attached, and one run of an APK of tests on each. What
 * `am instrument -r` prints is read as the platform documents it (INSTRUMENTATION_STATUS, _RESULT, _CODE); a run that did not come to
 * its end, or of which a test is missing, has failed. Nothing of a run is kept or pulled from the device; the APK of the tests is taken
 * off again. No emulator is started, and no answer of a device is believed beyond its form.
 */
export { adbOf } from './adb.ts';
export { type AttachedDevice, deviceName, parseDevices, whyNotUsable } from './device-list.ts';
export { type DeviceCode, devicesDiagnostics } from './diagnostics.ts';
export { junitOf } from './junit.ts';
export { type DeviceRun, type DeviceWork, runDeviceTests } from './run-device-tests.ts';
