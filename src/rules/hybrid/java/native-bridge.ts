import type { BridgeMethod, BridgeType } from '../../../config/index.ts';

const JAVA: Readonly<Record<BridgeType, string>> = { text: 'String', number: 'double', boolean: 'boolean' };
/** How a value is taken out of a message; each throws where it is of another type. */
const READ: Readonly<Record<BridgeType, string>> = { text: 'text', number: 'number', boolean: 'bool' };

/** The Java interface that an app implements for its site. */
export function nativeBridgeSource(methods: readonly BridgeMethod[]): string {
  const members = methods.map(({ name, parameters, returns }) => {
    const list = parameters.map((each) => `${JAVA[each.type]} ${each.name}`).join(', ');
    return `    ${returns ? JAVA[returns] : 'void'} ${name}(${list}) throws Exception;\n`;
  });
  return `/** What the site may ask of the app, on the main thread. An exception's message is what the site is told. */
public interface NativeBridge {
${members.join('\n')}}
`;
}

/** Java that passes the site's calls on: by a message port, which only a page of the site's own origin is given. */
export function nativeBridgePortSource(methods: readonly BridgeMethod[]): string {
  const cases = methods.map(({ name, parameters, returns }) => {
    const values = parameters.map(({ type }, index) => `${READ[type]}(arguments, ${index})`).join(', ');
    const call = `bridge.${name}(${values})`;
    const body = returns
      ? `                return ${call};\n`
      : `                ${call};\n                return JSONObject.NULL;\n`;
    return `            case "${name}":\n                count(arguments, ${parameters.length});\n${body}`;
  });
  return PORT.replace('/* cases */\n', () => cases.join(''));
}

const PORT = `import android.net.Uri;
import android.webkit.WebMessage;
import android.webkit.WebMessagePort;
import android.webkit.WebView;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/** One port for each page that is loaded; frames and pages of other origins get none. */
final class NativeBridgePort {
    private static final String HELLO = "mobileops native bridge";

    private final WebView view;
    private final NativeBridge bridge;
    private WebMessagePort port;

    NativeBridgePort(WebView view, NativeBridge bridge) {
        this.view = view;
        this.bridge = bridge;
    }

    /** A page is loaded; the message itself reaches it only if its origin is the site's. */
    void connect(String address) {
        close();
        if (address == null || !SiteAssets.isOwn(Uri.parse(address))) {
            return;
        }
        WebMessagePort[] ports = view.createWebMessageChannel();
        port = ports[0];
        port.setWebMessageCallback(new WebMessagePort.WebMessageCallback() {
            @Override
            public void onMessage(WebMessagePort from, WebMessage message) {
                String answer = answer(message.getData());
                if (from == port && answer != null) {
                    from.postMessage(new WebMessage(answer));
                }
            }
        });
        view.postWebMessage(new WebMessage(HELLO, new WebMessagePort[] {ports[1]}), Uri.parse(SiteAssets.ORIGIN));
    }

    void close() {
        if (port != null) {
            port.close();
            port = null;
        }
    }

    /** Null for what is no call at all. */
    String answer(String message) {
        try {
            JSONObject call = new JSONObject(message == null ? "" : message);
            JSONObject answer = new JSONObject().put("id", call.getInt("id"));
            try {
                answer.put("result", call(call.getString("method"), call.getJSONArray("arguments")));
            } catch (Exception failure) {
                answer.put("error", failure.getMessage() == null ? failure.toString() : failure.getMessage());
            }
            return answer.toString();
        } catch (JSONException malformed) {
            return null;
        }
    }

    private Object call(String method, JSONArray arguments) throws Exception {
        switch (method) {
/* cases */
            default:
                throw new IllegalArgumentException("no method " + method);
        }
    }

    private static void count(JSONArray arguments, int expected) {
        if (arguments.length() != expected) {
            throw new IllegalArgumentException(arguments.length() + " arguments in place of " + expected);
        }
    }

    private static String text(JSONArray arguments, int index) {
        return typed(arguments, index, String.class);
    }

    private static double number(JSONArray arguments, int index) {
        return typed(arguments, index, Number.class).doubleValue();
    }

    private static boolean bool(JSONArray arguments, int index) {
        return typed(arguments, index, Boolean.class);
    }

    private static <T> T typed(JSONArray arguments, int index, Class<T> type) {
        Object value = arguments.opt(index);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("argument " + index + " is no " + type.getSimpleName());
        }
        return type.cast(value);
    }
}
`;
