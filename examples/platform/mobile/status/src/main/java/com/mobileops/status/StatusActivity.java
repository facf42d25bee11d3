package com.mobileops.status;

import android.app.Activity;
import android.os.Bundle;
import android.widget.TextView;

/** Shows which build this is. */
public final class StatusActivity extends Activity {
    @Override
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.status);
        TextView build = findViewById(R.id.build);
        build.setText(getString(R.string.build, BuildConfig.VERSION_NAME, BuildConfig.GIT_COMMIT, BuildConfig.BUILD_TIME));
    }
}
