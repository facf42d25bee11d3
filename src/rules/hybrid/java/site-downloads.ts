/** Java that saves what the site offers for download where the user wants it. */
export const SITE_DOWNLOADS = `import android.annotation.TargetApi;
import android.app.Activity;
import android.content.ActivityNotFoundException;
import android.content.Intent;
import android.net.Uri;
import android.os.Build;
import android.util.Base64;
import android.webkit.DownloadListener;
import android.webkit.URLUtil;
import android.webkit.WebMessage;
import android.webkit.WebMessagePort;
import android.webkit.WebView;
import android.widget.Toast;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Files of the site, "data:" and "blob:" addresses go to a place that the user picks; other addresses to the browser. */
final class SiteDownloads implements DownloadListener {
    static final int SAVE = 2;
    private static final int BUFFER_BYTES = 1 << 16;

    /** Opens what is to be saved, on a thread of its own. */
    private interface Source {
        InputStream open() throws IOException;
    }

    private final WebViewActivity activity;
    private final SiteAssets assets;
    private final WebView view;
    private Source waiting;

    SiteDownloads(WebViewActivity activity, SiteAssets assets, WebView view) {
        this.activity = activity;
        this.assets = assets;
        this.view = view;
    }

    @Override
    public void onDownloadStart(String url, String userAgent, String disposition, String type, long length) {
        final Uri address = Uri.parse(url);
        String name = URLUtil.guessFileName(url, disposition, type);
        if (SiteAssets.isOwn(address)) {
            ask(name, type, () -> assets.open(address));
        } else if (url.startsWith("data:")) {
            ask(name, type, () -> new ByteArrayInputStream(contentOf(url)));
        } else if (!url.startsWith("blob:")) {
            activity.openOutside(address);
        } else if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.M) {
            readBlob(url, name, type);
        }
    }

    /** True when the result was one of ours. */
    boolean onResult(int request, int result, Intent data) {
        if (request != SAVE) {
            return false;
        }
        final Source source = waiting;
        waiting = null;
        final Uri place = result == Activity.RESULT_OK && data != null ? data.getData() : null;
        if (source != null && place != null) {
            new Thread(() -> save(source, place), "download").start();
        }
        return true;
    }

    private void ask(String name, String type, Source source) {
        waiting = source;
        Intent intent = new Intent(Intent.ACTION_CREATE_DOCUMENT)
                .addCategory(Intent.CATEGORY_OPENABLE)
                .setType(type == null || type.isEmpty() ? "application/octet-stream" : type)
                .putExtra(Intent.EXTRA_TITLE, name);
        try {
            activity.startActivityForResult(intent, SAVE);
        } catch (ActivityNotFoundException nobody) {
            waiting = null;
            tellFailure();
        }
    }

    private void save(Source source, Uri place) {
        try (InputStream in = source.open(); OutputStream out = activity.getContentResolver().openOutputStream(place)) {
            if (in == null || out == null) {
                throw new IOException("cannot be opened");
            }
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
            }
        } catch (IOException | SecurityException failure) {
            activity.runOnUiThread(this::tellFailure);
        }
    }

    private void tellFailure() {
        Toast.makeText(activity, R.string.app_download_failed, Toast.LENGTH_LONG).show();
    }

    /** The bytes of a "data:" address. */
    static byte[] contentOf(String address) {
        int comma = address.indexOf(',');
        String text = comma < 0 ? "" : Uri.decode(address.substring(comma + 1));
        boolean isBase64 = comma >= 0 && address.substring(0, comma).endsWith(";base64");
        return isBase64 ? Base64.decode(text, Base64.DEFAULT) : text.getBytes(StandardCharsets.UTF_8);
    }

    /** Only the page itself can read its blobs: it is asked by a message that no other origin gets. */
    @TargetApi(Build.VERSION_CODES.M)
    private void readBlob(final String url, final String name, final String type) {
        view.evaluateJavascript(READ_BLOB, ready -> {
            WebMessagePort[] ports = view.createWebMessageChannel();
            ports[0].setWebMessageCallback(new WebMessagePort.WebMessageCallback() {
                @Override
                public void onMessage(WebMessagePort port, WebMessage message) {
                    port.close();
                    final String content = message.getData();
                    if (content != null && content.startsWith("data:")) {
                        ask(name, type, () -> new ByteArrayInputStream(contentOf(content)));
                    } else {
                        tellFailure();
                    }
                }
            });
            view.postWebMessage(
                    new WebMessage(url, new WebMessagePort[] {ports[1]}), Uri.parse(SiteAssets.ORIGIN));
        });
    }

    private static final String READ_BLOB = "addEventListener('message', function take(event) {"
            + "  if (event.source !== null || !/^blob:/.test(event.data) || !event.ports[0]) return;"
            + "  removeEventListener('message', take, true);"
            + "  event.stopImmediatePropagation();"
            + "  var port = event.ports[0];"
            + "  fetch(event.data).then(function (answer) { return answer.blob(); }).then(function (blob) {"
            + "    var reader = new FileReader();"
            + "    reader.onload = function () { port.postMessage(reader.result); };"
            + "    reader.readAsDataURL(blob);"
            + "  }).catch(function () { port.postMessage(''); });"
            + "}, true)";
}
`;
