import type { LiteralFile } from '../../action/index.ts';
import { siteAssetsSource } from './site-assets.ts';

/** The Java sources that every hybrid app has, in the package of the application. */
export function hybridSources(applicationId: string): readonly LiteralFile[] {
  const folder = `java/${applicationId.replaceAll('.', '/')}`;
  return [
    { path: `${folder}/SiteAssets.java`, content: siteAssetsSource(applicationId), isExecutable: false },
    {
      path: `${folder}/WebViewActivity.java`,
      content: `package ${applicationId};\n\n${ACTIVITY}`,
      isExecutable: false,
    },
  ];
}

/**
 * The activity that shows the site. An app that wants more extends it as `MainActivity` in its own `java/` folder
 * and overrides `onWebViewCreated`.
 */
const ACTIVITY = `import android.annotation.SuppressLint;
import android.app.Activity;
import android.content.ActivityNotFoundException;
import android.content.Intent;
import android.content.pm.ApplicationInfo;
import android.net.Uri;
import android.os.Build;
import android.os.Bundle;
import android.view.ViewGroup;
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

/** Shows the site of the app's assets under an https origin of its own. */
public class WebViewActivity extends Activity {
    private static final int CHOOSE_FILES = 1;
    /** What a link may open outside the app; "intent:" and "file:" are not among them. */
    private static final List<String> OUTSIDE = Arrays.asList("https", "http", "mailto", "tel", "sms", "geo");

    private SiteAssets assets;
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
        configure(view);
        serveWorkers();
        onWebViewCreated(view);
        setContentView(view, new ViewGroup.LayoutParams(
                ViewGroup.LayoutParams.MATCH_PARENT, ViewGroup.LayoutParams.MATCH_PARENT));
        if (state == null || view.restoreState(state) == null) {
            view.loadUrl(SiteAssets.ORIGIN + "/");
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
        settings.setGeolocationEnabled(false);
        settings.setMixedContentMode(WebSettings.MIXED_CONTENT_NEVER_ALLOW);
        view.setBackgroundColor(getResources().getColor(R.color.app_background));
        view.setOverScrollMode(WebView.OVER_SCROLL_NEVER);
        view.setWebViewClient(new SiteClient());
        view.setWebChromeClient(new FileChooser());
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
            answerChooser(WebChromeClient.FileChooserParams.parseResult(result, data));
        } else {
            super.onActivityResult(request, result, data);
        }
    }

    private void answerChooser(Uri[] files) {
        if (chosen != null) {
            chosen.onReceiveValue(files);
            chosen = null;
        }
    }

    /** The site stays in the view; any other address opens where the user wants it. */
    private boolean leave(Uri address) {
        if (SiteAssets.isOwn(address)) {
            return false;
        }
        if (address.getScheme() != null && OUTSIDE.contains(address.getScheme().toLowerCase(java.util.Locale.ROOT))) {
            try {
                startActivity(new Intent(Intent.ACTION_VIEW, address).addCategory(Intent.CATEGORY_BROWSABLE));
            } catch (ActivityNotFoundException nobody) {
                // No app opens it, so nothing happens, as in a browser.
            }
        }
        return true;
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

        /** The renderer was ended, most often for its memory: begin again instead of ending the app. */
        @Override
        public boolean onRenderProcessGone(WebView gone, RenderProcessGoneDetail detail) {
            recreate();
            return true;
        }
    }

    private final class FileChooser extends WebChromeClient {
        @Override
        public boolean onShowFileChooser(WebView view, ValueCallback<Uri[]> callback, FileChooserParams parameters) {
            answerChooser(null);
            chosen = callback;
            try {
                startActivityForResult(parameters.createIntent(), CHOOSE_FILES);
            } catch (ActivityNotFoundException nobody) {
                answerChooser(null);
            }
            return true;
        }
    }
}
`;
