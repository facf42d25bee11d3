/** The class of `BUNDLE_PROGRAM` that has `main`. */
export const BUNDLE_CLASS = 'BundleApp';

/**
 * A Java program for `java BundleApp <aapt2>`, with bundletool on the class path, in one machine where four runs of its command
 * line would be four. From `base.zip`, the app's one module, it makes `app.aab`, checks it, makes the universal APK of it in
 * `universal/`, and writes `sizes.json`: how large the download is for each kind of device, as the store would give it.
 */
export const BUNDLE_PROGRAM = `import com.android.tools.build.bundletool.commands.BuildApksCommand;
import com.android.tools.build.bundletool.commands.BuildBundleCommand;
import com.android.tools.build.bundletool.commands.GetSizeCommand;
import com.android.tools.build.bundletool.commands.ValidateBundleCommand;
import com.android.tools.build.bundletool.flags.FlagParser;
import com.android.tools.build.bundletool.flags.ParsedFlags;
import com.android.tools.build.bundletool.model.exceptions.BundleToolException;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

public final class BundleApp {
    public static void main(String[] args) throws Exception {
        // What it tells of modules and of keys that it was not given is of no use here.
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        String aapt2 = "--aapt2=" + args[0];
        try {
            BuildBundleCommand.fromFlags(flags("build-bundle", "--modules=base.zip", "--output=app.aab")).execute();
            ValidateBundleCommand.fromFlags(flags("validate", "--bundle=app.aab")).execute();
            apks("--mode=universal", "--output-format=DIRECTORY", "--output=universal", aapt2);
            apks("--output=app.apks", aapt2);
            Files.write(Path.of("sizes.json"), sizes().getBytes(StandardCharsets.UTF_8));
        } catch (BundleToolException problem) {
            System.err.println("error: " + problem.getMessage());
            System.exit(1);
        }
    }

    private static void apks(String... words) {
        List<String> all = new ArrayList<>(List.of("build-apks", "--bundle=app.aab"));
        all.addAll(List.of(words));
        BuildApksCommand.fromFlags(flags(all.toArray(new String[0])), null).execute();
    }

    private static ParsedFlags flags(String... words) {
        return new FlagParser().parse(words);
    }

    /** The table that bundletool prints, a line for each kind of device, as JSON; what all devices share is left out. */
    private static String sizes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        GetSizeCommand.fromFlags(flags("get-size", "total", "--apks=app.apks", "--dimensions=ALL"))
                .getSizeTotal(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        String[] lines = bytes.toString(StandardCharsets.UTF_8).split("\\\\R");
        String[] names = lines[0].split(",", -1);
        List<String> rows = new ArrayList<>();
        for (int line = 1; line < lines.length; line++) {
            String[] values = lines[line].split(",", -1);
            if (values.length != names.length) {
                throw new IllegalStateException("not a line of sizes: " + lines[line]);
            }
            List<String> fields = new ArrayList<>();
            for (int index = 0; index < names.length; index++) {
                String name = names[index];
                if (name.equals("MIN") || name.equals("MAX")) {
                    fields.add(quoted(camelCase(name) + "Bytes") + ": " + Long.parseLong(values[index]));
                } else if (!values[index].isEmpty() && !name.equals("SDK_RUNTIME")) {
                    fields.add(quoted(camelCase(name)) + ": " + quoted(values[index]));
                }
            }
            rows.add("    {" + String.join(", ", fields) + "}");
        }
        return "{\\n  \\"version\\": 1,\\n  \\"downloads\\": [\\n" + String.join(",\\n", rows) + "\\n  ]\\n}\\n";
    }

    private static String camelCase(String name) {
        StringBuilder text = new StringBuilder();
        for (String word : name.toLowerCase(java.util.Locale.ROOT).split("_")) {
            text.append(text.length() == 0 ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return text.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\\\", "\\\\\\\\").replace("\\"", "\\\\\\"") + '"';
    }
}
`;
