/** What holds for every app that R8 shrinks: what Android itself finds by name. */
export const DEFAULT_RULES = `# Reflection on annotations and generic types, and stack traces that a mapping file makes readable.
-keepattributes AnnotationDefault,RuntimeVisible*Annotations
-keepattributes Signature,InnerClasses,EnclosingMethod
-keepattributes SourceFile,LineNumberTable
-renamesourcefileattribute SourceFile
-allowaccessmodification

# Libraries find the classes of their native methods by name.
-keepclasseswithmembernames,includedescriptorclasses class * {
    native <methods>;
}

# Animators set properties of views by the names of their setters.
-keepclassmembers public class * extends android.view.View {
    void set*(***);
    *** get*();
}

# android:onClick in layouts.
-keepclassmembers class * extends android.app.Activity {
    public void *(android.view.View);
}

# Enumerations that are read back by name.
-keepclassmembers enum * {
    public static **[] values();
    public static ** valueOf(java.lang.String);
}

-keepclassmembers class * implements android.os.Parcelable {
    public static final ** CREATOR;
}

# Pages call these by name.
-keepclassmembers class * {
    @android.webkit.JavascriptInterface <methods>;
}

# What the code itself says must stay.
-keep @interface androidx.annotation.Keep
-keep @androidx.annotation.Keep class * { *; }
-keepclassmembers class * {
    @androidx.annotation.Keep *;
}

# Annotations for compilers alone.
-dontwarn org.jetbrains.annotations.**
-dontwarn androidx.annotation.**
-dontwarn javax.annotation.**
`;
