package com.mobileops.status

import org.junit.Assert.assertEquals
import org.junit.Test

class StateTest {
    @Test
    fun everyAnswerMeansSomething() {
        val expected = mapOf(200 to State.HEALTHY, 204 to State.HEALTHY, 301 to State.TROUBLED, 503 to State.TROUBLED)
        for ((code, state) in expected) assertEquals("for $code", state, State.of(code))
    }

    @Test
    fun everyStateIsToldInItsOwnWords() {
        assertEquals(State.entries.size, State.entries.map { it.text }.toSet().size)
    }
}
