package com.mobileops.status

import android.app.Activity
import android.os.Bundle
import android.widget.TextView

/** Shows which build this is. */
class StatusActivity : Activity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        setContentView(R.layout.status)
        findViewById<TextView>(R.id.build).text =
            getString(R.string.build, BuildConfig.VERSION_NAME, BuildConfig.GIT_COMMIT, BuildConfig.BUILD_TIME)
    }
}
