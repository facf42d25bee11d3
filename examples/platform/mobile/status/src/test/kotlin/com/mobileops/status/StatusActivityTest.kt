package com.mobileops.status

import android.os.Looper
import android.widget.TextView
import java.util.concurrent.TimeUnit
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
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

    @Test
    fun saysWhenNobodyAnswers() {
        // Tests have no network, so that the address cannot be found.
        Robolectric.buildActivity(StatusActivity::class.java).use { controller ->
            val state = controller.setup().get().findViewById<TextView>(R.id.state)
            val unreachable = controller.get().getString(State.UNREACHABLE.text)
            val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20)
            while (state.text != unreachable && System.nanoTime() < end) {
                shadowOf(Looper.getMainLooper()).idle()
                Thread.sleep(20)
            }
            assertEquals(unreachable, state.text)
            controller.pause().stop()
        }
    }

    private companion object {
        const val GERMAN = "Nicht erreichbar"
    }
}
