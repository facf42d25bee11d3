package com.mobileops.status

import android.app.Activity
import android.os.Bundle
import android.widget.TextView
import java.io.IOException
import okhttp3.Call
import okhttp3.Callback
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.Response

/** Asks the platform's server how it is, and shows which build of the app this is. */
class StatusActivity : Activity() {
    private val client = OkHttpClient()
    private var call: Call? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        setContentView(R.layout.status)
        findViewById<TextView>(R.id.build).text =
            getString(R.string.build, BuildConfig.VERSION_NAME, BuildConfig.GIT_COMMIT, BuildConfig.BUILD_TIME)
    }

    override fun onStart() {
        super.onStart()
        val request = Request.Builder().url("${BuildConfig.API_BASE_URL}/health").build()
        call = client.newCall(request).apply { enqueue(Answer()) }
    }

    override fun onStop() {
        call?.cancel()
        super.onStop()
    }

    private fun show(state: State) = runOnUiThread {
        findViewById<TextView>(R.id.state).setText(state.text)
    }

    private inner class Answer : Callback {
        override fun onFailure(call: Call, e: IOException) {
            if (!call.isCanceled()) show(State.UNREACHABLE)
        }

        override fun onResponse(call: Call, response: Response) = response.use { show(State.of(it.code)) }
    }
}
