/** Types by extension. WebAssembly streams and modules load only with exactly these. */
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  js: 'text/javascript',
  mjs: 'text/javascript',
  css: 'text/css',
  json: 'application/json',
  map: 'application/json',
  webmanifest: 'application/manifest+json',
  wasm: 'application/wasm',
  txt: 'text/plain',
  csv: 'text/csv',
  xml: 'application/xml',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  ico: 'image/x-icon',
  woff: 'font/woff',
  woff2: 'font/woff2',
  ttf: 'font/ttf',
  otf: 'font/otf',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  wav: 'audio/wav',
  mp4: 'video/mp4',
  webm: 'video/webm',
  pdf: 'application/pdf',
};

/** Java that answers the site's own https requests from `assets/www`. */
export const SITE_ASSETS = `import android.content.res.AssetManager;
import android.net.Uri;
import android.webkit.WebResourceRequest;
import android.webkit.WebResourceResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The site as if a server held it: https://appassets.androidplatform.net/ is the folder assets/www. The name is set
 * aside for this use, so no other site has the origin, and secure contexts, modules and workers work.
 */
final class SiteAssets {
    static final String HOST = "appassets.androidplatform.net";
    static final String ORIGIN = "https://" + HOST;
    private static final String ROOT = "www";
    private static final String INDEX = "index.html";
    private static final Map<String, String> TYPES = new HashMap<>();

    static {
${Object.entries(TYPES)
  .map(([extension, type]) => `        TYPES.put("${extension}", "${type}");`)
  .join('\n')}
    }

    private final AssetManager assets;

    SiteAssets(AssetManager assets) {
        this.assets = assets;
    }

    static boolean isOwn(Uri address) {
        return "https".equalsIgnoreCase(address.getScheme())
                && HOST.equalsIgnoreCase(address.getHost())
                && address.getPort() == -1;
    }

    /** Null for an address of another host: the view then asks the network. Called on threads of the view. */
    WebResourceResponse answer(WebResourceRequest request) {
        Uri address = request.getUrl();
        if (!HOST.equalsIgnoreCase(address.getHost())) {
            return null;
        }
        if (!isOwn(address)) {
            return failure(404, "Not Found");
        }
        String method = request.getMethod();
        if (!"GET".equals(method) && !"HEAD".equals(method)) {
            return failure(405, "Method Not Allowed");
        }
        String path = pathOf(address);
        InputStream content = path == null ? null : open(path);
        if (content == null && isPage(request, address)) {
            path = ROOT + "/" + INDEX;
            content = open(path);
        }
        if (content == null) {
            return failure(404, "Not Found");
        }
        if ("HEAD".equals(method)) {
            close(content);
            content = nothing();
        }
        return response(200, "OK", path, content);
    }

    /** Null when the address leaves the folder. */
    private static String pathOf(Uri address) {
        StringBuilder path = new StringBuilder(ROOT);
        List<String> names = address.getPathSegments();
        for (String name : names) {
            if (name.equals("..") || name.equals(".") || name.indexOf('/') >= 0 || name.indexOf(0) >= 0) {
                return null;
            }
            path.append('/').append(name);
        }
        String encoded = address.getEncodedPath();
        if (names.isEmpty() || (encoded != null && encoded.endsWith("/"))) {
            path.append('/').append(INDEX);
        }
        return path.toString();
    }

    /** A page that only the site's own router knows: asked for as a document, without an extension. */
    private static boolean isPage(WebResourceRequest request, Uri address) {
        String last = address.getLastPathSegment();
        if (last != null && last.indexOf('.') >= 0) {
            return false;
        }
        if (request.isForMainFrame()) {
            return true;
        }
        for (Map.Entry<String, String> header : request.getRequestHeaders().entrySet()) {
            if ("accept".equalsIgnoreCase(header.getKey())) {
                return header.getValue() != null && header.getValue().contains("text/html");
            }
        }
        return false;
    }

    /** The file of an own address; null when there is none. */
    InputStream open(Uri address) {
        String path = pathOf(address);
        return path == null ? null : open(path);
    }

    private InputStream open(String path) {
        try {
            return assets.open(path, AssetManager.ACCESS_STREAMING);
        } catch (IOException absent) {
            return null;
        }
    }

    private static WebResourceResponse response(int status, String reason, String path, InputStream content) {
        String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        if (type == null) {
            type = "application/octet-stream";
        }
        Map<String, String> headers = new HashMap<>();
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Cache-Control", "no-cache");
        return new WebResourceResponse(type, charsetOf(type), status, reason, headers, content);
    }

    private static String charsetOf(String type) {
        boolean isText = type.startsWith("text/") || type.endsWith("json") || type.endsWith("xml");
        return isText ? "utf-8" : null;
    }

    private static WebResourceResponse failure(int status, String reason) {
        return response(status, reason, ".txt", nothing());
    }

    private static InputStream nothing() {
        return new ByteArrayInputStream(new byte[0]);
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException unimportant) {
            // It was only read.
        }
    }
}
`;
