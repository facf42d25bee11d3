package com.mobileops.status

import android.widget.TextView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
class StatusActivityTest {
    @Test
    fun showsWhichBuildItIs() {
        Robolectric.buildActivity(StatusActivity::class.java).use { controller ->
            val build = controller.create().get().findViewById<TextView>(R.id.build).text
            assertTrue("$build", BuildConfig.VERSION_NAME in build && BuildConfig.GIT_COMMIT in build)
        }
    }

    @Test
    @Config(qualifiers = "de")
    fun speaksTheLanguageOfThePhone() {
        Robolectric.buildActivity(StatusActivity::class.java).use { controller ->
            val activity = controller.create().get()
            assertEquals(GERMAN, activity.getString(State.UNREACHABLE.text))
        }
    }

    private companion object {
        const val GERMAN = "Nicht erreichbar"
    }
}
