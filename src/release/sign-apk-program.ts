/**
 * A Java program for `java SignApk.java <in> <out> <store> <alias>`, with apksig on the class path. The two passwords
 * come by standard input, a line each in base64, so that no list of processes shows them. It prints one line,
 * `signed <SHA-256 of the certificate> <algorithm>` or `<kind of failure> <text>`.
 */
export const SIGN_APK_PROGRAM = `import com.android.apksig.ApkSigner;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

public final class SignApk {
    /** The lowest level that v1 is asked for, whatever the app's own: below 24 it is the only scheme. */
    private static final int MIN_SDK = 21;

    private static final class Failure extends Exception {
        Failure(String kind, String text) {
            super(kind + " " + String.valueOf(text).replaceAll("\\\\s+", " "));
        }
    }

    public static void main(String[] args) throws Exception {
        try {
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            char[] storePassword = password(lines.readLine());
            char[] keyPassword = password(lines.readLine());
            System.out.println(sign(args, storePassword, keyPassword));
        } catch (Failure failure) {
            System.out.println(failure.getMessage());
            System.exit(1);
        }
    }

    private static char[] password(String line) {
        return new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8).toCharArray();
    }

    private static String sign(String[] args, char[] storePassword, char[] keyPassword) throws Exception {
        KeyStore store = open(new File(args[2]), storePassword);
        String alias = args[3];
        if (!store.containsAlias(alias)) {
            throw new Failure("alias-missing", String.join(", ", Collections.list(store.aliases())));
        }
        PrivateKey key = key(store, alias, keyPassword);
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate each : store.getCertificateChain(alias)) {
            chain.add((X509Certificate) each);
        }
        ApkSigner.SignerConfig signer = new ApkSigner.SignerConfig.Builder("CERT", key, chain).build();
        try {
            new ApkSigner.Builder(Collections.singletonList(signer))
                    .setInputApk(new File(args[0]))
                    .setOutputApk(new File(args[1]))
                    .setMinSdkVersion(MIN_SDK)
                    .setV1SigningEnabled(true)
                    .setV2SigningEnabled(true)
                    .setV3SigningEnabled(true)
                    .setV4SigningEnabled(false)
                    .setCreatedBy("mobileops")
                    .build()
                    .sign();
        } catch (Exception problem) {
            throw new Failure("not-signable", problem.getMessage());
        }
        byte[] certificate = MessageDigest.getInstance("SHA-256").digest(chain.get(0).getEncoded());
        StringBuilder hex = new StringBuilder();
        for (byte each : certificate) {
            hex.append(String.format("%02x", each));
        }
        return "signed " + hex + " " + key.getAlgorithm();
    }

    /** Finds the format by itself: PKCS#12 or JKS. */
    private static KeyStore open(File file, char[] password) throws Exception {
        try {
            return KeyStore.getInstance(file, password);
        } catch (IOException problem) {
            boolean isPassword = problem.getCause() instanceof UnrecoverableKeyException;
            throw new Failure(isPassword ? "wrong-store-password" : "store-unreadable", problem.getMessage());
        } catch (Exception problem) {
            throw new Failure("store-unreadable", problem.getMessage());
        }
    }

    private static PrivateKey key(KeyStore store, String alias, char[] password) throws Exception {
        try {
            if (store.getKey(alias, password) instanceof PrivateKey) {
                return (PrivateKey) store.getKey(alias, password);
            }
        } catch (UnrecoverableKeyException problem) {
            throw new Failure("wrong-key-password", problem.getMessage());
        }
        throw new Failure("no-private-key", alias);
    }
}
`;
