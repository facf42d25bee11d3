/**
 * The activity that shows the site. An app that wants more extends it as `MainActivity` in its own `java/` folder
 * and overrides `onWebViewCreated`; where the site declares a bridge, it must extend it and answer.
 */
export function webViewActivitySource(hasBridge: boolean): string {
  return hasBridge
    ? BRIDGED.reduce((text, [place, added]) => text.replace(place, () => added), ACTIVITY)
    : ACTIVITY;
}

/** What an app adds whose site asks something of it, each in place of a line. */
const BRIDGED: readonly (readonly [place: string, added: string])[] = [
  ['public class WebViewActivity', 'public abstract class WebViewActivity'],
  ['    private WebView view;\n', '    private WebView view;\n    private NativeBridgePort bridge;\n'],
  [
    '        configure(view);\n',
    '        bridge = new NativeBridgePort(view, nativeBridge());\n        configure(view);\n',
  ],
  [
    '    /** For an app',
    '    /** Answers what the site asks of the app; called once for each view. */\n    protected abstract NativeBridge nativeBridge();\n\n    /** For an app',
  ],
  [
    '        answerChooser(null);\n        ViewGroup',
    '        answerChooser(null);\n        bridge.close();\n        ViewGroup',
  ],
  [
    '        /** The renderer was ended',
    `        @Override
        public void onPageFinished(WebView view, String address) {
            bridge.connect(address);
        }

        /** The renderer was ended`,
  ],
];

const ACTIVITY = `import android.annotation.SuppressLint;
import android.app.Activity;
import android.content.ActivityNotFoundException;
import android.content.ClipData;
import android.content.Intent;
import android.content.pm.ApplicationInfo;
import android.net.Uri;
import android.os.Build;
import android.os.Bundle;
import android.view.ViewGroup;
import android.webkit.GeolocationPermissions;
import android.webkit.PermissionRequest;
import android.webkit.RenderProcessGoneDetail;
import android.webkit.ServiceWorkerClient;
import android.webkit.ServiceWorkerController;
import android.webkit.ValueCallback;
import android.webkit.WebChromeClient;
import android.webkit.WebResourceRequest;
import android.webkit.WebResourceResponse;
import android.webkit.WebSettings;
import android.webkit.WebView;
import android.webkit.WebViewClient;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Shows the site of the app's assets under an https origin of its own. */
public class WebViewActivity extends Activity {
    private static final int CHOOSE_FILES = 1;
    /** What a link may open outside the app; "intent:" and "file:" are not among them. */
    private static final List<String> OUTSIDE = Arrays.asList("https", "http", "mailto", "tel", "sms", "geo");

    private SiteAssets assets;
    private SitePermissions permissions;
    private SiteDownloads downloads;
    private BackNavigation back;
    private WebView view;
    private ValueCallback<Uri[]> chosen;

    @Override
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        assets = new SiteAssets(getAssets());
        if ((getApplicationInfo().flags & ApplicationInfo.FLAG_DEBUGGABLE) != 0) {
            WebView.setWebContentsDebuggingEnabled(true);
        }
        view = new WebView(this);
        permissions = new SitePermissions(this);
        downloads = new SiteDownloads(this, assets, view);
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
            back = new BackNavigation(this, view);
        }
        configure(view);
        serveWorkers();
        onWebViewCreated(view);
        setContentView(view, new ViewGroup.LayoutParams(
                ViewGroup.LayoutParams.MATCH_PARENT, ViewGroup.LayoutParams.MATCH_PARENT));
        if (state == null || view.restoreState(state) == null) {
            view.loadUrl(SiteLinks.startOf(getIntent()));
        }
    }

    @Override
    protected void onNewIntent(Intent intent) {
        super.onNewIntent(intent);
        setIntent(intent);
        String address = SiteLinks.inside(intent.getData());
        if (Intent.ACTION_VIEW.equals(intent.getAction()) && address != null) {
            view.loadUrl(address);
        }
    }

    /** For an app's own activity: called once for each view, before the site is loaded. */
    protected void onWebViewCreated(WebView view) {
    }

    @SuppressLint("SetJavaScriptEnabled")
    @SuppressWarnings("deprecation")
    private void configure(WebView view) {
        WebSettings settings = view.getSettings();
        settings.setJavaScriptEnabled(true);
        settings.setDomStorageEnabled(true);
        settings.setAllowFileAccess(false);
        settings.setAllowContentAccess(false);
        settings.setAllowFileAccessFromFileURLs(false);
        settings.setAllowUniversalAccessFromFileURLs(false);
        settings.setGeolocationEnabled(permissions.knowsPlaces());
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O) {
            settings.setSafeBrowsingEnabled(true);
        }
        settings.setMixedContentMode(WebSettings.MIXED_CONTENT_NEVER_ALLOW);
        view.setBackgroundColor(getResources().getColor(R.color.app_background));
        view.setOverScrollMode(WebView.OVER_SCROLL_NEVER);
        view.setWebViewClient(new SiteClient());
        view.setWebChromeClient(new SiteChrome());
        view.setDownloadListener(downloads);
    }

    /** Requests of a service worker do not pass the view's client. Before Android 7 a worker finds no network and stays out. */
    private void serveWorkers() {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.N) {
            return;
        }
        final SiteAssets site = assets;
        ServiceWorkerController controller = ServiceWorkerController.getInstance();
        controller.getServiceWorkerWebSettings().setAllowContentAccess(false);
        controller.getServiceWorkerWebSettings().setAllowFileAccess(false);
        controller.setServiceWorkerClient(new ServiceWorkerClient() {
            @Override
            public WebResourceResponse shouldInterceptRequest(WebResourceRequest request) {
                return site.answer(request);
            }
        });
    }

    /** Before Android 13; from there on see BackNavigation. */
    @Override
    @SuppressWarnings("deprecation")
    public void onBackPressed() {
        if (view.canGoBack()) {
            view.goBack();
        } else {
            super.onBackPressed();
        }
    }

    @Override
    protected void onSaveInstanceState(Bundle state) {
        super.onSaveInstanceState(state);
        view.saveState(state);
    }

    @Override
    protected void onPause() {
        view.onPause();
        super.onPause();
    }

    @Override
    protected void onResume() {
        super.onResume();
        view.onResume();
    }

    @Override
    protected void onDestroy() {
        answerChooser(null);
        ViewGroup parent = (ViewGroup) view.getParent();
        if (parent != null) {
            parent.removeView(view);
        }
        view.destroy();
        super.onDestroy();
    }

    @Override
    protected void onActivityResult(int request, int result, Intent data) {
        if (request == CHOOSE_FILES) {
            answerChooser(chosenFiles(result, data));
        } else if (!downloads.onResult(request, result, data)) {
            super.onActivityResult(request, result, data);
        }
    }

    @Override
    public void onRequestPermissionsResult(int request, String[] names, int[] results) {
        if (!permissions.onResult(request)) {
            super.onRequestPermissionsResult(request, names, results);
        }
    }

    /** The platform's own reading of the result knows one file only. */
    private static Uri[] chosenFiles(int result, Intent data) {
        ClipData files = result == RESULT_OK && data != null ? data.getClipData() : null;
        if (files == null) {
            return WebChromeClient.FileChooserParams.parseResult(result, data);
        }
        Uri[] chosen = new Uri[files.getItemCount()];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = files.getItemAt(i).getUri();
        }
        return chosen;
    }

    private void answerChooser(Uri[] files) {
        if (chosen != null) {
            chosen.onReceiveValue(files);
            chosen = null;
        }
    }

    /** The site stays in the view, by its addresses outside the app too; any other address opens where the user wants it. */
    private boolean leave(Uri address) {
        if (SiteAssets.isOwn(address)) {
            return false;
        }
        String inside = SiteLinks.inside(address);
        if (inside != null) {
            view.loadUrl(inside);
        } else {
            openOutside(address);
        }
        return true;
    }

    void openOutside(Uri address) {
        if (address.getScheme() == null || !OUTSIDE.contains(address.getScheme().toLowerCase(Locale.ROOT))) {
            return;
        }
        try {
            startActivity(new Intent(Intent.ACTION_VIEW, address).addCategory(Intent.CATEGORY_BROWSABLE));
        } catch (ActivityNotFoundException nobody) {
            // No app opens it, so nothing happens, as in a browser.
        }
    }

    private final class SiteClient extends WebViewClient {
        @Override
        public WebResourceResponse shouldInterceptRequest(WebView view, WebResourceRequest request) {
            return assets.answer(request);
        }

        @Override
        public boolean shouldOverrideUrlLoading(WebView view, WebResourceRequest request) {
            return request.isForMainFrame() && leave(request.getUrl());
        }

        /** Android 5 and 6 call this one. */
        @Override
        @SuppressWarnings("deprecation")
        public boolean shouldOverrideUrlLoading(WebView view, String address) {
            return leave(Uri.parse(address));
        }

        @Override
        public void doUpdateVisitedHistory(WebView view, String address, boolean isReload) {
            if (back != null) {
                back.update(view.canGoBack());
            }
        }

        /** The renderer was ended, most often for its memory: begin again instead of ending the app. */
        @Override
        public boolean onRenderProcessGone(WebView gone, RenderProcessGoneDetail detail) {
            recreate();
            return true;
        }
    }

    private final class SiteChrome extends WebChromeClient {
        @Override
        public boolean onShowFileChooser(WebView view, ValueCallback<Uri[]> callback, FileChooserParams parameters) {
            answerChooser(null);
            chosen = callback;
            try {
                boolean isMany = parameters.getMode() == FileChooserParams.MODE_OPEN_MULTIPLE;
                Intent intent = parameters.createIntent().putExtra(Intent.EXTRA_ALLOW_MULTIPLE, isMany);
                startActivityForResult(intent, CHOOSE_FILES);
            } catch (ActivityNotFoundException nobody) {
                answerChooser(null);
            }
            return true;
        }

        @Override
        public void onPermissionRequest(PermissionRequest request) {
            permissions.onRequest(request);
        }

        @Override
        public void onGeolocationPermissionsShowPrompt(String origin, GeolocationPermissions.Callback callback) {
            permissions.onPlaceRequest(origin, callback);
        }
    }
}
`;
