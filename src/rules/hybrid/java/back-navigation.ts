/** Java for the back gesture of Android 13, in a class of its own, which older systems never load. */
export const BACK_NAVIGATION = `import android.annotation.TargetApi;
import android.app.Activity;
import android.os.Build;
import android.webkit.WebView;
import android.window.OnBackInvokedCallback;
import android.window.OnBackInvokedDispatcher;

/** Takes the gesture only while the site has a page to go back to, so that the system shows where it leads otherwise. */
@TargetApi(Build.VERSION_CODES.TIRAMISU)
final class BackNavigation {
    private final OnBackInvokedDispatcher dispatcher;
    private final OnBackInvokedCallback callback;
    private boolean isTaken;

    BackNavigation(Activity activity, WebView view) {
        this.dispatcher = activity.getOnBackInvokedDispatcher();
        this.callback = view::goBack;
    }

    void update(boolean canGoBack) {
        if (canGoBack == isTaken) {
            return;
        }
        isTaken = canGoBack;
        if (canGoBack) {
            dispatcher.registerOnBackInvokedCallback(OnBackInvokedDispatcher.PRIORITY_DEFAULT, callback);
        } else {
            dispatcher.unregisterOnBackInvokedCallback(callback);
        }
    }
}
`;
