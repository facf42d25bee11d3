/** The class of `SIGNER_PROGRAM` that has `main`. */
export const SIGNER_CLASS = 'Signer';

/**
 * A Java program for `java Signer <apk|jar> <in> <out> <key store> <alias> <lowest API level>`, with apksig on the class path.
 * `apk` signs with v1 where the level is below 24, v2 and v3; `jar` signs with v1 alone, as jarsigner does. The two passwords
 * come by standard input, a line each in base64, so that no list of processes shows them. It prints one line,
 * `signed <SHA-256 of the certificate> <algorithm> <end of its validity, in milliseconds since 1970>` or `<kind of failure> <text>`.
 */
export const SIGNER_PROGRAM = `import com.android.apksig.ApkSigner;
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
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

public final class Signer {
    /** From this level on Android reads v2. */
    private static final int V2_SDK = 24;

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
        KeyStore store = open(new File(args[3]), storePassword);
        String alias = args[4];
        if (!store.containsAlias(alias)) {
            throw new Failure("alias-missing", String.join(", ", Collections.list(store.aliases())));
        }
        PrivateKey key = key(store, alias, keyPassword);
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate each : store.getCertificateChain(alias)) {
            chain.add((X509Certificate) each);
        }
        checkDates(chain.get(0));
        boolean isApk = args[0].equals("apk");
        int minSdk = Integer.parseInt(args[5]);
        ApkSigner.SignerConfig signer = new ApkSigner.SignerConfig.Builder("CERT", key, chain).build();
        try {
            new ApkSigner.Builder(Collections.singletonList(signer))
                    .setInputApk(new File(args[1]))
                    .setOutputApk(new File(args[2]))
                    .setMinSdkVersion(minSdk)
                    .setV1SigningEnabled(!isApk || minSdk < V2_SDK)
                    .setV2SigningEnabled(isApk)
                    .setV3SigningEnabled(isApk)
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
        long validUntil = chain.get(0).getNotAfter().getTime();
        return "signed " + hex + " " + key.getAlgorithm() + " " + validUntil;
    }

    private static void checkDates(X509Certificate certificate) throws Failure {
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException problem) {
            throw new Failure("certificate-expired", certificate.getNotAfter().toInstant().toString());
        } catch (CertificateNotYetValidException problem) {
            throw new Failure("certificate-too-new", certificate.getNotBefore().toInstant().toString());
        }
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
