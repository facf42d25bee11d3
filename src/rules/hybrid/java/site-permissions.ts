/** Java that asks the user for what the site asks of the app, where the manifest declares it. */
export const SITE_PERMISSIONS = `import android.Manifest;
import android.app.Activity;
import android.content.pm.PackageManager;
import android.net.Uri;
import android.os.Build;
import android.util.SparseArray;
import android.webkit.GeolocationPermissions;
import android.webkit.PermissionRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Camera, microphone and place for the site itself, never for a frame of another origin. */
final class SitePermissions {
    private static final int FIRST_REQUEST = 100;

    private interface Answer {
        void give();
    }

    private final Activity activity;
    private final List<String> declared;
    private final SparseArray<Answer> waiting = new SparseArray<>();
    private int requests = FIRST_REQUEST;

    SitePermissions(Activity activity) {
        this.activity = activity;
        this.declared = declaredBy(activity);
    }

    private static List<String> declaredBy(Activity activity) {
        try {
            String[] names = activity.getPackageManager()
                    .getPackageInfo(activity.getPackageName(), PackageManager.GET_PERMISSIONS).requestedPermissions;
            return names == null ? Collections.<String>emptyList() : Arrays.asList(names);
        } catch (PackageManager.NameNotFoundException impossible) {
            return Collections.emptyList();
        }
    }

    boolean knowsPlaces() {
        return declared.contains(Manifest.permission.ACCESS_COARSE_LOCATION)
                || declared.contains(Manifest.permission.ACCESS_FINE_LOCATION);
    }

    /** Camera and microphone; everything else that a page may ask for is denied. */
    void onRequest(final PermissionRequest request) {
        final List<String> resources = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        for (String resource : request.getResources()) {
            String permission = permissionFor(resource);
            if (permission != null && declared.contains(permission)) {
                resources.add(resource);
                wanted.add(permission);
            }
        }
        if (!SiteAssets.isOwn(request.getOrigin()) || resources.isEmpty()) {
            request.deny();
            return;
        }
        ask(wanted, () -> {
            List<String> granted = new ArrayList<>();
            for (String resource : resources) {
                if (has(permissionFor(resource))) {
                    granted.add(resource);
                }
            }
            if (granted.isEmpty()) {
                request.deny();
            } else {
                request.grant(granted.toArray(new String[0]));
            }
        });
    }

    void onPlaceRequest(final String origin, final GeolocationPermissions.Callback callback) {
        if (!SiteAssets.isOwn(Uri.parse(origin)) || !knowsPlaces()) {
            callback.invoke(origin, false, false);
            return;
        }
        List<String> wanted = new ArrayList<>();
        for (String each : new String[] {
                Manifest.permission.ACCESS_COARSE_LOCATION, Manifest.permission.ACCESS_FINE_LOCATION}) {
            if (declared.contains(each)) {
                wanted.add(each);
            }
        }
        ask(wanted, () -> callback.invoke(origin, has(Manifest.permission.ACCESS_COARSE_LOCATION)
                || has(Manifest.permission.ACCESS_FINE_LOCATION), false));
    }

    /** True when the result was one of ours. */
    boolean onResult(int request) {
        Answer answer = waiting.get(request);
        waiting.remove(request);
        if (answer != null) {
            answer.give();
        }
        return answer != null;
    }

    private static String permissionFor(String resource) {
        switch (resource) {
            case PermissionRequest.RESOURCE_VIDEO_CAPTURE:
                return Manifest.permission.CAMERA;
            case PermissionRequest.RESOURCE_AUDIO_CAPTURE:
                return Manifest.permission.RECORD_AUDIO;
            default:
                return null;
        }
    }

    /** Before Android 6 what the manifest declares was granted when the app was installed. */
    private void ask(List<String> wanted, Answer answer) {
        List<String> missing = new ArrayList<>();
        for (String each : wanted) {
            if (!has(each)) {
                missing.add(each);
            }
        }
        if (missing.isEmpty() || Build.VERSION.SDK_INT < Build.VERSION_CODES.M) {
            answer.give();
            return;
        }
        int request = requests++;
        waiting.put(request, answer);
        activity.requestPermissions(missing.toArray(new String[0]), request);
    }

    private boolean has(String permission) {
        return activity.checkPermission(permission, android.os.Process.myPid(), android.os.Process.myUid())
                == PackageManager.PERMISSION_GRANTED;
    }
}
`;
