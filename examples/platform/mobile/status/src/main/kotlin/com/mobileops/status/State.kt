package com.mobileops.status

/** What the server's answer means, and how it is told. */
enum class State(val text: Int) {
    HEALTHY(R.string.state_healthy),
    TROUBLED(R.string.state_troubled),
    UNREACHABLE(R.string.state_unreachable);

    companion object {
        fun of(code: Int): State = if (code in 200..299) HEALTHY else TROUBLED
    }
}
